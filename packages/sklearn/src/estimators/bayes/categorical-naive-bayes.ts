/** CategoricalNB: a table of log-probabilities for each feature. Refuses categories that the tables do not have. */
import { SklearnError } from '../../errors.ts';
import type { EstimatorDefinition } from '../definition.ts';
import type { Fill } from '../methods.ts';
import { jointMethods } from './joint-methods.ts';

export const CATEGORICAL_NAIVE_BAYES: EstimatorDefinition = {
  className: 'CategoricalNB',
  module: 'sklearn.naive_bayes',
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count === 0) throw state.attribute('classes_').malformed('one class or more');
    const items = state.attribute('feature_log_prob_').items();
    const columns = state.columns(items.length);
    const tables = items.map((item) => item.matrix({ rows: count }));
    const prior = state.attribute('class_log_prior_').vector(count);
    const likelihoods: Fill = ({ data, rows }, out) => {
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < columns; k++) {
          const table = tables[k]!;
          // scikit-learn casts to integers, so what follows the point is dropped.
          const category = Math.trunc(data[i * columns + k]!);
          if (!(category >= 0 && category < table.columns)) throw unknownCategory(i, k, table.columns);
          for (let c = 0; c < count; c++) out[i * count + c]! += table.data[c * table.columns + category]!;
        }
        for (let c = 0; c < count; c++) out[i * count + c]! += prior[c]!;
      }
    };
    return state.fitted({ columns, accepts: 'finite', classes, methods: jointMethods(classes, likelihoods) });
  },
};

function unknownCategory(row: number, column: number, count: number): SklearnError {
  const path = `inputs[${row}][${column}]`;
  return new SklearnError('INPUT_INVALID', `${path} is none of the categories 0 to ${count - 1}.`, { path });
}
