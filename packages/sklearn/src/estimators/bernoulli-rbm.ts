/**
 * BernoulliRBM: the probability of each hidden unit, and the pseudo-likelihood of rows where a seed says which unit
 * is turned over. Its `gibbs` draws without one.
 */
import type { Matrix } from '../model.ts';
import { sumInTiles } from '../simd/sums-in-tiles.ts';
import { SparseRows } from '../sparse-rows.ts';
import type { EstimatorDefinition, FittedMethods } from './definition.ts';
import { exponentiate } from './kernels/exponential.ts';
import { dot, multiplyRows } from './linear-algebra.ts';
import { type Fill, numberPerRow, numbersPerRow } from './methods.ts';
import type { ObjectState } from './object-state.ts';
import { readSeed, SeededRandom } from './seeded-random.ts';

export const BERNOULLI_RBM: EstimatorDefinition = {
  className: 'BernoulliRBM',
  module: 'sklearn.neural_network._rbm',
  load: (state) => {
    const components = state.attribute('components_').matrix();
    const { data, rows: hidden } = components;
    const columns = state.columns(components.columns);
    const intercept = state.attribute('intercept_hidden_').vector(hidden);
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(hidden, (X, out) => {
          if (
            X instanceof SparseRows ||
            !sumInTiles('products', X, data, hidden, out, { bias: intercept, exponent: -1 })
          ) {
            multiplyRows(X, data, hidden, intercept, out);
            exponentiate(out, -1);
          }
          for (let i = 0; i < out.length; i++) out[i] = 1 / (1 + out[i]!);
        }),
        ...likelihood(state, components, intercept),
      },
    });
  },
};

/** How much more likely a row is than one of which a unit that is drawn is turned over, for all units. */
function likelihood(state: ObjectState, components: Matrix, intercept: Float64Array): FittedMethods {
  const seed = readSeed(state);
  if (seed === null) return {};
  // Which unit it is depends on the place of the row.
  state.joinsRows();
  const { data, rows: hidden, columns } = components;
  const visible = state.attribute('intercept_visible_').vector(columns);
  const freeEnergies: Fill = (X, out) => {
    const sums = new Float64Array(X.rows * hidden);
    multiplyRows(X, data, hidden, intercept, sums);
    for (let i = 0; i < X.rows; i++) {
      let energy = -dot(X.data, i * columns, visible, 0, columns);
      for (let k = i * hidden; k < (i + 1) * hidden; k++) energy -= softplus(sums[k]!);
      out[i] = energy;
    }
  };
  return {
    score_samples: numberPerRow((X, out) => {
      const turned = X.data.slice();
      const random = new SeededRandom(seed);
      for (let row = 0; row < turned.length; row += columns) {
        const at = row + random.upTo(columns - 1);
        turned[at] = 1 - turned[at]!;
      }
      const energies = new Float64Array(X.rows);
      freeEnergies(X, energies);
      freeEnergies({ data: turned, rows: X.rows, columns }, out);
      for (let i = 0; i < out.length; i++) out[i] = -columns * softplus(energies[i]! - out[i]!);
    }),
  };
}

/** `log(1 + exp(x))`. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
