/** The growth run as the page that people read: one table for each thing that grows, and where it bends. */
import { number, percent, table } from '../report/markdown.ts';
import type { Results } from '../report/results.ts';
import type { Growth, Step } from './growths.ts';

export interface GrowthResults {
  readonly date: string;
  readonly version: string;
  readonly machine: Results['machine'];
  readonly windowMs: number;
  /** What other programs took of the machine, from the first step to the last. */
  readonly othersShare: number;
  readonly growths: readonly Growth[];
}

function stepRow({ size, load, readySeconds, bodyBytes }: Step): string[] {
  return [
    size.toLocaleString('en-US'),
    number(load.requestsPerSecond),
    number((load.requestsPerSecond * bodyBytes) / 1e6),
    number(load.cpuMicroseconds),
    number(load.latencyMs.p50),
    number(load.latencyMs.p99),
    percent(load.refusedShare),
    load.loopDelayMs === null ? '' : number(load.loopDelayMs.p99),
    number(load.megabytes),
    number(readySeconds),
    percent(load.generatorShare),
  ];
}

function growthTable({ what, title, steps, bends }: Growth): string {
  const head = [
    what,
    'requests/s',
    'MB/s in',
    'CPU us/request',
    'p50 ms',
    'p99 ms',
    'refused',
    'loop p99 ms',
    'MB memory',
    'ready s',
    'load busy',
  ];
  const end = steps.at(-1)!.size;
  const bend =
    bends === null
      ? `Up to ${end.toLocaleString('en-US')} ${what} nothing bends.`
      : `Bends at ${bends.size.toLocaleString('en-US')} ${what}: ${bends.how}.`;
  return `### ${title}\n\n${table([head, ...steps.map(stepRow)])}\n\n${bend}`;
}

export function formatGrowthTables({ growths }: GrowthResults): string {
  return growths.map(growthTable).join('\n\n');
}

export function formatGrowthPage(results: GrowthResults): string {
  const { date, version, machine, windowMs, othersShare } = results;
  return `# What grows, and what bends first

Written by \`npm run bench -- growth\`; how it is measured stands in [the README](../README.md).

- ${date}; Chamfer ${version}; ${machine.processor}, ${machine.processors} processors, ${machine.memoryGigabytes} GB, Linux ${machine.linux}. The load generator shares the machine.
- ${windowMs / 1000} s a line, one round. Other programs took ${percent(othersShare)} of the machine.

${formatGrowthTables(results)}
`;
}
