/** BernoulliRBM: the probability of each hidden unit. Its `score_samples` and `gibbs` draw, and are not there. */
import { sumInTiles } from '../simd/sums-in-tiles.ts';
import { SparseRows } from '../sparse-rows.ts';
import type { EstimatorDefinition } from './definition.ts';
import { exponentiate } from './kernels/exponential.ts';
import { multiplyRows } from './linear-algebra.ts';
import { numbersPerRow } from './methods.ts';

export const BERNOULLI_RBM: EstimatorDefinition = {
  className: 'BernoulliRBM',
  module: 'sklearn.neural_network._rbm',
  load: (state) => {
    const { data, rows: hidden, columns: width } = state.attribute('components_').matrix();
    const columns = state.columns(width);
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
      },
    });
  },
};
