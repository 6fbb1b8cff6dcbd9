/** The result of the library benchmark as the page that people read: one row a model, one table a family. */
import { number, percent, table } from '../report/markdown.ts';
import type { Results } from '../report/results.ts';
import type { Cell, CellResult, LibraryRun, LibrarySettings, LibraryTaskResult } from './rounds.ts';

export interface LibraryResults extends LibraryRun {
  readonly date: string;
  readonly machine: Results['machine'];
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: LibrarySettings;
}

/** Below this share of the rounds' medians a difference is noise: such a cell counts as equally fast. */
const NOISE = 0.05;

const titleOf = (cell: Cell): string =>
  typeof cell === 'number' ? `${number(cell)} ${cell === 1 ? 'row' : 'rows'}` : `load .${cell}`;

function duration(microseconds: number): string {
  if (microseconds >= 1000) return `${number(microseconds / 1000)} ms`;
  return `${number(microseconds)} us`;
}

function cellText({ chamferMicroseconds, ratio }: CellResult): string {
  const times = `x ${number(ratio.median)}`;
  return `${duration(chamferMicroseconds.median)}, ${ratio.median < 1 - NOISE ? `**${times}**` : times}`;
}

function familyTable(results: readonly LibraryTaskResult[]): string {
  const head = ['', ...results[0]!.cells.map(({ cell }) => titleOf(cell))];
  const rows = results.map(({ task, cells }) => [`${task.name} \`${task.method}\``, ...cells.map(cellText)]);
  return table([head, ...rows]);
}

/** Where scikit-learn stays faster: the cell, both times, the ratio with its spread. */
function slowerCells(tasks: readonly LibraryTaskResult[]): string[][] {
  return tasks.flatMap(({ task, cells }) =>
    cells
      .filter(({ ratio }) => ratio.median < 1 - NOISE)
      .map(({ cell, chamferMicroseconds, sklearnMicroseconds, ratio }) => [
        task.name,
        titleOf(cell),
        duration(chamferMicroseconds.median),
        duration(sklearnMicroseconds.median),
        `${number(ratio.median)} (${number(ratio.min)} - ${number(ratio.max)})`,
      ]),
  );
}

/** The short form, for the terminal. */
export function formatLibrarySummary(tasks: readonly LibraryTaskResult[]): string {
  const slower = slowerCells(tasks);
  const list =
    slower.length === 0
      ? 'scikit-learn is faster nowhere.'
      : table([['scikit-learn is faster', 'cell', 'Chamfer', 'scikit-learn', 'x'], ...slower]);
  return `${familyTable(tasks)}\n\n${list}`;
}

export function formatLibraryPage(results: LibraryResults): string {
  const { machine, versions, settings, othersShare, tasks } = results;
  const families = [...new Set(tasks.map(({ task }) => task.family))];
  const worst = Math.max(...tasks.map(({ worstDifference }) => worstDifference));
  const slower = slowerCells(tasks);
  return `# The library, side by side with scikit-learn

Written by \`npm run bench -- library\`; how it is measured stands in [the README](../README.md). Each cell is the CPU time of one call of \`packages/sklearn\`, and how many times that scikit-learn takes in the same round, on one core. Bold is where scikit-learn is faster.

- ${results.date}; ${machine.processor}, ${machine.processors} processors, ${machine.memoryGigabytes} GB, Linux ${machine.linux}.
- ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
- ${settings.rounds} rounds of ${settings.windowMs} ms for each cell, in turn. Medians.
- Other programs took ${percent(othersShare.median)} of the machine (median of all models; ${percent(othersShare.max)} in the busiest).
- All answers agree with scikit-learn's; the largest relative difference is ${worst.toExponential(1)}.

## Where scikit-learn is faster

${
  slower.length === 0
    ? 'Nowhere.'
    : `With the lowest and the highest round in parentheses. Why stands in [the reference](../../docs/reference/speed.md).\n\n${table([['model', 'cell', 'Chamfer', 'scikit-learn', 'x'], ...slower])}`
}

${families
  .map((family) => `## ${family}\n\n${familyTable(tasks.filter(({ task }) => task.family === family))}`)
  .join('\n\n')}
`;
}
