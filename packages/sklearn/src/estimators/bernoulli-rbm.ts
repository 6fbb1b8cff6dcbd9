/** BernoulliRBM: the probability of each hidden unit. Its `score_samples` and `gibbs` draw, and are not there. */
import type { EstimatorDefinition } from './definition.ts';
import { multiplyRows } from './linear-algebra.ts';
import { numbersPerRow } from './methods.ts';
import { expit } from './probability.ts';

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
          multiplyRows(X, data, hidden, intercept, out);
          for (let i = 0; i < out.length; i++) out[i] = expit(out[i]!);
        }),
      },
    });
  },
};
