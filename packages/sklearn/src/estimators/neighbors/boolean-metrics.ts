/** Distances between rows of which only zero and not zero counts, by how many columns are what in which row. */
import { type Metric, UNREDUCED } from './metric.ts';

/** By the number of columns that are not zero in both rows, in the first alone, in the second alone, and of all. */
type Counted = (both: number, first: number, second: number, columns: number) => number;

type BooleanMetricName =
  | 'dice'
  | 'jaccard'
  | 'kulsinski'
  | 'matching'
  | 'rogerstanimoto'
  | 'russellrao'
  | 'sokalmichener'
  | 'sokalsneath'
  | 'yule';

const COUNTED: Record<BooleanMetricName, Counted> = {
  dice: (both, first, second) => (first + second) / (2 * both + first + second),
  jaccard: (both, first, second) =>
    both + first + second === 0 ? 0 : (first + second) / (both + first + second),
  kulsinski: (both, first, second, columns) => (first + second - both + columns) / (first + second + columns),
  matching: (_, first, second, columns) => (first + second) / columns,
  rogerstanimoto: (_, first, second, columns) => (2 * (first + second)) / (columns + first + second),
  russellrao: (both, _, __, columns) => (columns - both) / columns,
  sokalmichener: (_, first, second, columns) => (2 * (first + second)) / (columns + first + second),
  sokalsneath: (both, first, second) => (first + second) / (0.5 * both + first + second),
  yule: (both, first, second, columns) => {
    const crossed = first * second;
    return crossed === 0 ? 0 : (2 * crossed) / (both * (columns - both - first - second) + crossed);
  },
};

/** By scikit-learn's names. */
export const BOOLEAN_METRICS: Readonly<Record<BooleanMetricName, (columns: number) => Metric>> =
  Object.fromEntries(
    Object.entries(COUNTED).map(([name, counted]) => [
      name,
      (columns: number) => countColumns(columns, counted),
    ]),
  ) as Record<BooleanMetricName, (columns: number) => Metric>;

function countColumns(columns: number, distance: Counted): Metric {
  return {
    ...UNREDUCED,
    brute: 'all',
    reduced: (x, xStart, y, yStart) => {
      let both = 0;
      let first = 0;
      let second = 0;
      for (let j = 0; j < columns; j++) {
        const inFirst = x[xStart + j] !== 0;
        const inSecond = y[yStart + j] !== 0;
        if (inFirst && inSecond) both++;
        else if (inFirst) first++;
        else if (inSecond) second++;
      }
      return distance(both, first, second, columns);
    },
  };
}
