/**
 * The comparison as a picture: a line a task, a dot a peer, on a logarithmic axis of CPU time per request. SVG without
 * scripts or fonts of its own, on white, so that it reads on dark pages too.
 */
import type { Results, TaskResult } from '../report/results.ts';

const WIDTH = 1000;
const LINE = 26;
const TOP = 74;
const LEFT = 330;
const RIGHT = 30;
/** One a peer, in their order; dark enough on white, and told apart without red and green alone. */
const COLOURS = ['#0b6bcb', '#c2410c', '#e0a400', '#6b7280', '#7e22ce', '#0f766e', '#be185d'];

const text = (x: number, y: number, content: string, anchor = 'start', size = 13): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#1f2937">${content}</text>`;

const escapeText = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function describeMicroseconds(value: number): string {
  return value < 1000 ? `${value} us` : `${value / 1000} ms`;
}

interface Axis {
  readonly ticks: readonly number[];
  place(microseconds: number): number;
}

/** Whole powers of ten around everything. */
function axisOf(tasks: readonly TaskResult[]): Axis {
  const all = tasks.flatMap((task) => task.peers.map(({ cpuMicroseconds }) => cpuMicroseconds.median));
  const from = Math.floor(Math.log10(Math.min(...all)));
  const to = Math.ceil(Math.log10(Math.max(...all)));
  const perDecade = (WIDTH - LEFT - RIGHT) / (to - from);
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
    place: (value) => LEFT + (Math.log10(value) - from) * perDecade,
  };
}

function taskLine(task: TaskResult, y: number, axis: Axis, colourOf: ReadonlyMap<string, string>): string[] {
  const places = task.peers.map(({ cpuMicroseconds }) => axis.place(cpuMicroseconds.median));
  const span = `<line x1="${Math.min(...places).toFixed(1)}" x2="${Math.max(...places).toFixed(1)}" y1="${y}" y2="${y}" stroke="#d1d5db" stroke-width="2"/>`;
  // The first peer is drawn last, over the others.
  const dots = task.peers.map(
    ({ peer }, index) =>
      `<circle cx="${places[index]!.toFixed(1)}" cy="${y}" r="${index === 0 ? 6.5 : 5}" fill="${colourOf.get(peer)}"/>`,
  );
  return [text(LEFT - 14, y + 4, escapeText(task.title), 'end'), span, ...dots.reverse()];
}

export function formatChart({ tasks, peers }: Results): string {
  const shown = peers.filter(({ name }) => tasks[0]!.peers.some(({ peer }) => peer === name));
  const colourOf = new Map(shown.map(({ name }, index) => [name, COLOURS[index % COLOURS.length]!]));
  const axis = axisOf(tasks);
  const bottom = TOP + tasks.length * LINE;
  const legend = shown.flatMap(({ name, title }, index) => {
    const x = 20 + index * ((WIDTH - 40) / shown.length);
    return [
      `<circle cx="${x.toFixed(1)}" cy="42" r="6" fill="${colourOf.get(name)}"/>`,
      text(x + 12, 46, escapeText(title)),
    ];
  });
  const grid = axis.ticks.flatMap((tick) => {
    const x = axis.place(tick);
    return [
      `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${TOP - 8}" y2="${bottom}" stroke="#eef0f3"/>`,
      text(x, bottom + 18, describeMicroseconds(tick), 'middle', 12),
    ];
  });
  const lines = tasks.flatMap((task, index) => taskLine(task, TOP + 8 + index * LINE, axis, colourOf));
  const height = bottom + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="CPU time per request of every peer, task by task">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(20, 22, 'CPU time of a request, median; less is better, each line to the right is ten times as much', 'start', 14)}
${[...legend, ...grid, ...lines].join('\n')}
</svg>
`;
}
