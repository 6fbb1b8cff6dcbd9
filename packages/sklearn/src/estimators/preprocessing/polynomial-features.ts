/** PolynomialFeatures: the products of the columns up to a degree. Refuses more of them than memory can hold. */
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** Products of one row, of all degrees: far more than anyone fits a model on. */
const PRODUCTS_MAX = 2 ** 20;

/** Product i is column `factor[i]` times product `rest[i]`, which comes before it, or the column alone (-1). */
interface Products {
  readonly factor: Int32Array;
  readonly rest: Int32Array;
  /** Where the lowest wanted degree begins. */
  readonly from: number;
}

export const POLYNOMIAL_FEATURES: EstimatorDefinition = {
  className: 'PolynomialFeatures',
  module: 'sklearn.preprocessing._polynomial',
  load: (state) => {
    // Before 1.0 the width stood under another name.
    const columns = state.has('n_features_in_')
      ? state.columns()
      : state.attribute('n_input_features_').integer(1, PRODUCTS_MAX);
    const [lowest, highest] = readDegrees(state);
    const bias = state.attribute('include_bias').boolean() ? 1 : 0;
    const interactionOnly = state.attribute('interaction_only').boolean();
    const degree = state.attribute('degree');
    const { factor, rest, from } = planProducts(columns, lowest, highest, interactionOnly, degree);
    const count = factor.length;
    const width = bias + count - from;
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(width, ({ data, rows }, out) => {
          const products = new Float64Array(count);
          for (let i = 0; i < rows; i++) {
            const row = i * columns;
            for (let p = 0; p < count; p++) {
              const value = data[row + factor[p]!]!;
              products[p] = rest[p] === -1 ? value : value * products[rest[p]!]!;
            }
            if (bias === 1) out[i * width] = 1;
            for (let p = from, to = i * width + bias; p < count; p++, to++) out[to] = products[p]!;
          }
        }),
      },
    });
  },
};

/** `degree`: the highest, or the lowest and the highest. */
function readDegrees(state: ObjectState): [number, number] {
  const degree = state.attribute('degree');
  if (degree.shape().length === 0)
    return [Math.min(1, degree.integer(0, PRODUCTS_MAX)), degree.integer(0, PRODUCTS_MAX)];
  const [lowest, highest] = degree.items();
  if (lowest === undefined || highest === undefined) throw degree.malformed('one degree or two');
  return [Math.max(lowest.integer(0, PRODUCTS_MAX), 1), highest.integer(0, PRODUCTS_MAX)];
}

/** Degree by degree: each column times the products of one degree less that begin with it or, if only distinct columns meet, after it. */
function planProducts(
  columns: number,
  lowest: number,
  highest: number,
  interactionOnly: boolean,
  at: Attribute,
): Products {
  const factor: number[] = [];
  const rest: number[] = [];
  let from = 0;
  let before = 0;
  for (let degree = 1; degree <= highest; degree++) {
    const start = factor.length;
    if (degree === lowest) from = start;
    for (let j = 0; j < columns; j++) {
      if (degree === 1) {
        factor.push(j);
        rest.push(-1);
      }
      for (let p = before; degree > 1 && p < start; p++) {
        if (factor[p]! < j || (interactionOnly && factor[p] === j)) continue;
        factor.push(j);
        rest.push(p);
        if (factor.length > PRODUCTS_MAX) throw at.malformed(`at most ${PRODUCTS_MAX} products`);
      }
    }
    before = start;
    // Of distinct columns there are no longer products.
    if (factor.length === start) break;
  }
  if (highest > 0 && lowest > highest) throw at.malformed('the lowest degree first');
  return {
    factor: Int32Array.from(factor),
    rest: Int32Array.from(rest),
    from: Math.min(from, factor.length),
  };
}
