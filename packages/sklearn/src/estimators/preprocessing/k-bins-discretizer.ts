/** KBinsDiscretizer: which bin of its column each number falls into, as its index or one-hot. */
import { SklearnError } from '../../errors.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { argmax, numbersPerRow, withColumns } from '../methods.ts';

/** One column: the borders between its bins, the bins' middles, and the first of its one-hot columns. */
interface Bins {
  readonly borders: Float64Array;
  readonly middles: Float64Array;
  readonly first: number;
}

export const K_BINS_DISCRETIZER: EstimatorDefinition = {
  className: 'KBinsDiscretizer',
  module: 'sklearn.preprocessing._discretization',
  load: (state) => {
    const attribute = state.attribute('bin_edges_');
    let first = 0;
    const bins = attribute.items().map((item): Bins => {
      const edges = item.vector();
      const count = edges.length - 1;
      if (count < 1) throw item.malformed('two edges or more');
      const middles = Float64Array.from({ length: count }, (_, k) => (edges[k + 1]! + edges[k]!) * 0.5);
      first += count;
      return { borders: edges.subarray(1, count), middles, first: first - count };
    });
    const columns = state.columns(bins.length);
    const isOrdinal = state.choice('encode', ['onehot', 'onehot-dense', 'ordinal']) === 'ordinal';
    // Up to 1.0 numbers close to a border counted as past it.
    const isMoved = !state.since(1, 1);
    const width = isOrdinal ? columns : first;
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(width, ({ data, rows }, out) => {
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const x = data[i * columns + j]!;
              const bin = binOf(bins[j]!.borders, isMoved ? x + (1e-8 + 1e-5 * Math.abs(x)) : x);
              if (isOrdinal) out[i * columns + j] = bin;
              else out[i * width + bins[j]!.first + bin] = 1;
            }
          }
        }),
        inverse_transform: withColumns(
          width,
          numbersPerRow(columns, ({ data, rows }, out) => {
            for (let i = 0; i < rows; i++) {
              for (let j = 0; j < columns; j++) {
                const { middles, first: start } = bins[j]!;
                const bin = isOrdinal
                  ? Math.trunc(data[i * columns + j]!)
                  : argmax(data, i * width + start, middles.length);
                if (!(bin >= 0 && bin < middles.length)) throw noBin(i, j, bin);
                out[i * columns + j] = middles[bin]!;
              }
            }
          }),
        ),
      },
    });
  },
};

/** Among so few borders counting is faster than searching: there is no branch to foresee. */
const COUNTED = 16;

/** How many borders are at most x. */
function binOf(borders: Float64Array, x: number): number {
  if (borders.length <= COUNTED) {
    let bin = 0;
    for (let b = 0; b < borders.length; b++) bin += +(borders[b]! <= x) | 0;
    return bin;
  }
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (borders[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function noBin(row: number, column: number, bin: number): SklearnError {
  const path = `inputs[${row}]`;
  return new SklearnError('INPUT_INVALID', `${path} has bin ${bin} in column ${column}, which is none.`, {
    path,
  });
}
