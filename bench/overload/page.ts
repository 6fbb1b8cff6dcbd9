/** The result of the overload run as the page that people read: one table a task. */
import type { PaceResult } from '../load/messages.ts';
import { number, percent, table } from '../report/markdown.ts';
import type { OverloadResults, OverloadTask, Step } from './run-overload.ts';

const ms = (percentiles: PaceResult['answeredMs'], which: 'p50' | 'p99'): string =>
  percentiles === null ? '' : number(percentiles[which]);

function stepRow({
  factor,
  peaksPerSecond,
  paced,
  answeredPerSecond,
  loopDelayMs,
  neighbour,
}: Step): string[] {
  const peak = (peaksPerSecond[0] + peaksPerSecond[1]) / 2;
  const sent = paced.answered + paced.refused + paced.unsent;
  return [
    `x ${factor}`,
    peaksPerSecond.map(number).join(', '),
    number(sent),
    `${number(answeredPerSecond)}, ${percent(answeredPerSecond / peak)}`,
    percent(paced.refused / sent),
    percent(paced.unsent / sent),
    ms(paced.answeredMs, 'p50'),
    ms(paced.answeredMs, 'p99'),
    ms(paced.refusedMs, 'p99'),
    number(loopDelayMs.p99),
    ms(neighbour.answeredMs, 'p50'),
    ms(neighbour.answeredMs, 'p99'),
    percent(neighbour.refused / Math.max(1, neighbour.answered + neighbour.refused)),
  ];
}

function taskTable({ title, steps }: OverloadTask): string {
  const head = [
    'sent',
    'peak/s before, after',
    'calls',
    'answered/s, of peak',
    'refused',
    'unsent',
    'p50 ms',
    'p99 ms',
    'refused p99 ms',
    'loop p99 ms',
    'neighbour p50 ms',
    'neighbour p99 ms',
    'neighbour refused',
  ];
  const rows = steps.map(stepRow);
  return `### ${title}\n\n${table([head, ...rows])}`;
}

export function formatOverloadTables({ tasks }: OverloadResults): string {
  return tasks.map(taskTable).join('\n\n');
}

export function formatOverloadPage(results: OverloadResults): string {
  const { date, version, machine, queueMsMax, windowMs, othersShare, neighbour } = results;
  const { alone } = neighbour;
  return `# More calls than a site can answer

Written by \`npm run bench -- overload\`; how it is measured stands in [the README](../README.md).

- ${date}; Chamfer ${version}; ${machine.processor}, ${machine.processors} processors, ${machine.memoryGigabytes} GB, Linux ${machine.linux}. The load generators share the machine; other programs took ${percent(othersShare)} of it.
- \`--queue-milliseconds-max ${queueMsMax}\`, everything else as it is by default; ${windowMs / 1000} s a line.
- The neighbour is ${neighbour.title}, ${neighbour.perSecond} calls a second beside. Alone: p50 ${ms(alone.answeredMs, 'p50')} ms, p99 ${ms(alone.answeredMs, 'p99')} ms.

${formatOverloadTables(results)}
`;
}
