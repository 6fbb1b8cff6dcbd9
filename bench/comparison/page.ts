/** The comparison as the page that people read: what was aimed at, one table of all tasks, starts, every number. */
import {
  formatPeers,
  formatSummary,
  formatTasks,
  number,
  percent,
  table,
  withSpread,
} from '../report/markdown.ts';
import type { Results } from '../report/results.ts';
import type { Goal, Slower } from './goals.ts';

export interface ComparisonResults extends Results {
  /** By the title of the peer. */
  readonly diskMegabytes: Readonly<Record<string, number>>;
  readonly goals: readonly Goal[];
  readonly slower: readonly Slower[];
}

/** From this on the spreads say more about the machine than about the servers. */
const QUIET_SHARE_MAX = 0.1;

function goalRow({ what, bound, wanted, unit, measured, isMet }: Goal): string[] {
  const sign = bound === 'least' ? 'at least' : 'at most';
  return [what, `${sign} ${wanted} ${unit}`, withSpread(measured), isMet ? 'yes' : '**no**'];
}

export function formatGoals({ goals }: ComparisonResults): string {
  return table([['', 'goal', 'measured', 'met'], ...goals.map(goalRow)]);
}

function formatSlower({ slower, peers }: ComparisonResults): string {
  if (slower.length === 0)
    return 'In no task does a peer that predicts take less CPU time than Chamfer: **met**.';
  const rows = slower.map(({ task, peer, ratio }) => [
    task,
    peers.find(({ name }) => name === peer)!.title,
    withSpread(ratio),
  ]);
  return `Never slower than a peer: **not met**. Here a peer takes less CPU time than Chamfer:

${table([['', 'peer', 'its CPU time over Chamfer’s'], ...rows])}`;
}

function formatDisk({ diskMegabytes }: ComparisonResults): string {
  return table([
    ['', 'MB on disk'],
    ...Object.entries(diskMegabytes).map(([title, size]) => [title, number(size)]),
  ]);
}

export function formatComparisonPage(results: ComparisonResults): string {
  const { date, machine, versions, settings, othersShare, tasks } = results;
  const worst = Math.max(...tasks.map((task) => task.worstDifference));
  const measured = results.peers.filter(({ name }) => tasks[0]!.peers.some(({ peer }) => peer === name));
  const quiet =
    othersShare.median <= QUIET_SHARE_MAX
      ? ''
      : ' **The machine was not quiet: other programs had a part in every number.**';
  return `# Beside its peers

Written by \`npm run bench -- peers\`; how it is measured stands in [the README](../README.md). Ratios are CPU time per request over Chamfer's in the same round. Medians, with the lowest and the highest round in parentheses.

- ${date}; ${machine.processor}, ${machine.processors} processors, ${machine.memoryGigabytes} GB, Linux ${machine.linux}.
- ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
- ${settings.rounds} rounds of ${settings.windowMs} ms for each task and peer, in turn; ${settings.connections} connections where a task says nothing else. LitServe had rounds of its own after the others, with Chamfer alone beside it.
- Other programs took ${percent(othersShare.median)} of the machine (median of all windows; ${percent(othersShare.max)} in the busiest).${quiet}
- All predictions agree with what each peer's own scikit-learn answers; the largest relative difference is ${worst.toExponential(1)}.

## What was aimed at

${formatGoals(results)}

${formatSlower(results)}

## CPU time per request

![CPU time per request of every peer, task by task](peers.svg)

${formatSummary({ ...results, peers: measured })}

"Open Inference Protocol" and "as bytes" are asked of those who speak them (Chamfer both, MLServer the first, which it is always asked in); the others are asked as usual.

## Start, memory and disk

From starting the process to its first prediction; memory is the proportional set size of the process tree.

${formatPeers(results)}

What lies on the disk without the models: of a Python server its virtual environment, to which Python itself comes; of Chamfer the bundled site with its page, its own models, the demo catalogue, ONNX Runtime and Node.js.

${formatDisk(results)}

## Every task

${formatTasks({ ...results, peers: measured })}
`;
}
