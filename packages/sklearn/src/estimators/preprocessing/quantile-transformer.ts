/** QuantileTransformer: each number becomes its share of the training numbers, uniform or made normal. */
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { interpolate } from '../interpolate.ts';
import { transpose } from '../linear-algebra.ts';
import { numbersPerRow } from '../methods.ts';
import { normalCdf, normalQuantile } from '../normal-distribution.ts';

/** Nearer than this to a border of a normal output counts as the border. */
const BORDER = 1e-7;
const LOWEST = normalQuantile(BORDER - Number.EPSILON);
const HIGHEST = normalQuantile(1 - (BORDER - Number.EPSILON));

/** One column: its quantiles, and what they are quantiles of, from 0 to 1. */
interface Column {
  readonly quantiles: Float64Array;
  readonly references: Float64Array;
  /** Both negated and from last to first: repeated quantiles are looked up from both sides. */
  readonly mirroredQuantiles: Float64Array;
  readonly mirroredReferences: Float64Array;
}

export const QUANTILE_TRANSFORMER: EstimatorDefinition = {
  className: 'QuantileTransformer',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const table = state.attribute('quantiles_').matrix();
    const columns = state.columns(table.columns);
    const count = table.rows;
    if (count < 1) throw state.attribute('quantiles_').malformed('one quantile or more');
    const references = state.attribute('references_').vector(count);
    const isNormal = state.choice('output_distribution', ['uniform', 'normal']) === 'normal';
    const all = transpose(table.data, count, columns);
    const mirroredReferences = mirror(references);
    const each = Array.from({ length: columns }, (_, j): Column => {
      const quantiles = all.subarray(j * count, (j + 1) * count);
      return { quantiles, references, mirroredQuantiles: mirror(quantiles), mirroredReferences };
    });
    return state.fitted({ columns, accepts: 'missing', methods: methodsOf(each, columns, isNormal) });
  },
};

function methodsOf(each: readonly Column[], columns: number, isNormal: boolean): FittedMethods {
  const forward = isNormal ? toNormal : toShare;
  return {
    transform: numbersPerRow(columns, ({ data, rows }, out) => {
      for (let j = 0; j < columns; j++) {
        const column = each[j]!;
        for (let i = j; i < rows * columns; i += columns) out[i] = forward(column, data[i]!);
      }
    }),
    inverse_transform: numbersPerRow(columns, ({ data, rows }, out) => {
      for (let j = 0; j < columns; j++) {
        const column = each[j]!;
        for (let i = j; i < rows * columns; i += columns) out[i] = fromShare(column, data[i]!, isNormal);
      }
    }),
  };
}

function toShare(column: Column, x: number): number {
  const { quantiles } = column;
  if (x === quantiles[0]) return 0;
  if (x === quantiles.at(-1)) return 1;
  return shareOf(column, x);
}

function toNormal(column: Column, x: number): number {
  const { quantiles } = column;
  let share = shareOf(column, x);
  if (x + BORDER > quantiles.at(-1)!) share = 1;
  if (x - BORDER < quantiles[0]!) share = 0;
  if (Number.isNaN(share)) return share;
  return Math.min(Math.max(normalQuantile(share), LOWEST), HIGHEST);
}

function fromShare({ quantiles, references }: Column, x: number, isNormal: boolean): number {
  const share = isNormal ? normalCdf(x) : x;
  const margin = isNormal ? BORDER : 0;
  if (isNormal ? share - margin < 0 : share === 0) return quantiles[0]!;
  if (isNormal ? share + margin > 1 : share === 1) return quantiles.at(-1)!;
  return interpolate(share, references, quantiles);
}

function shareOf(
  { quantiles, references, mirroredQuantiles, mirroredReferences }: Column,
  x: number,
): number {
  if (Number.isNaN(x)) return x;
  const up = interpolate(x, quantiles, references);
  const down = interpolate(-x, mirroredQuantiles, mirroredReferences);
  return 0.5 * (up - down);
}

function mirror(values: Float64Array): Float64Array {
  return values.map((value) => -value).reverse();
}
