/** The results as the page that people read: one table a task, one table of starts and memory. */
import type { Results, TaskResult } from './results.ts';
import type { Spread } from './statistics.ts';

export function number(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

export const withSpread = ({ median, min, max }: Spread): string =>
  `${number(median)} (${number(min)} - ${number(max)})`;

/** Columns padded, so that the same text reads well in a terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

function taskSection(task: TaskResult, titles: ReadonlyMap<string, string>, baseline: string): string {
  const head = [
    '',
    'CPU us/request',
    `x ${baseline}`,
    'requests/s',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'load busy',
  ];
  const rows = task.peers.map(
    ({ peer, cpuMicroseconds, ratio, requestsPerSecond, latencyMs, generatorShare }) => [
      titles.get(peer)!,
      withSpread(cpuMicroseconds),
      ratio === null ? '' : withSpread(ratio),
      number(requestsPerSecond.median),
      number(latencyMs.p50.median),
      number(latencyMs.p95.median),
      number(latencyMs.p99.median),
      percent(generatorShare.median),
    ],
  );
  return `### ${task.title}\n\nBody of ${number(task.bodyBytes)} bytes.\n\n${table([head, ...rows])}`;
}

function summaryRows(results: Results, titles: ReadonlyMap<string, string>): string[][] {
  const head = ['CPU time per request', ...results.peers.map(({ name }) => titles.get(name)!)];
  const rows = results.tasks.map((task) => [
    task.title,
    ...task.peers.map(({ peer, cpuMicroseconds, ratio }) => {
      const cpu = `${number(cpuMicroseconds.median)} us`;
      return peer === results.baseline || ratio === null ? cpu : `${cpu}, x ${number(ratio.median)}`;
    }),
  ]);
  return [head, ...rows];
}

/** The short form, for the terminal and the top of the page. */
export function formatSummary(results: Results): string {
  return table(summaryRows(results, new Map(results.peers.map(({ name, title }) => [name, title]))));
}

export function formatPeers(results: Results): string {
  const head = ['', 'first ready s', 'later ready s', 'MB when ready', 'MB after the load'];
  const rows = results.peers.map(({ title, readySeconds, memoryMegabytes }) => [
    title,
    number(readySeconds[0]!),
    readySeconds.slice(1).map(number).join(', '),
    number(memoryMegabytes.ready),
    memoryMegabytes.afterLoad === null ? '' : number(memoryMegabytes.afterLoad),
  ]);
  return table([head, ...rows]);
}

/** Every number of every task. */
export function formatTasks(results: Results): string {
  const titles = new Map(results.peers.map(({ name, title }) => [name, title]));
  const baseline = titles.get(results.baseline) ?? results.baseline;
  return `"Load busy" is the share of one processor that the load generator took: near 100 %, it was the limit of the requests per second, not the peer.

${results.tasks.map((task) => taskSection(task, titles, baseline)).join('\n\n')}`;
}

export function formatPage(results: Results): string {
  const { machine, versions, settings, othersShare } = results;
  const titles = new Map(results.peers.map(({ name, title }) => [name, title]));
  const baseline = titles.get(results.baseline) ?? results.baseline;
  const worst = Math.max(...results.tasks.map((task) => task.worstDifference));
  return `# Predict, side by side

Written by \`npm run bench\`; how it is measured stands in [the README](../README.md). Ratios are CPU time per request over ${baseline}'s in the same round.

- ${results.date}; ${machine.processor}, ${machine.processors} processors, ${machine.memoryGigabytes} GB, Linux ${machine.linux}.
- ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
- ${settings.connections} connections; ${settings.rounds} rounds of ${settings.windowMs} ms for each task and peer, in turn. Medians, with the lowest and the highest round in parentheses.
- Other programs took ${percent(othersShare.median)} of the machine (median of all windows; ${percent(othersShare.max)} in the busiest).
- All predictions agree with scikit-learn's; the largest relative difference is ${worst.toExponential(1)}.

${formatSummary(results)}

## Start and memory

From starting the process to its first prediction; memory is the proportional set size of the process tree.

${formatPeers(results)}

## Every task

${formatTasks(results)}
`;
}
