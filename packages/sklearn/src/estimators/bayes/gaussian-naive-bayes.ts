/** GaussianNB: each feature of each class has a normal distribution of its own. */
import type { EstimatorDefinition } from '../definition.ts';
import { jointMethods } from './joint-methods.ts';

export const GAUSSIAN_NAIVE_BAYES: EstimatorDefinition = {
  className: 'GaussianNB',
  module: 'sklearn.naive_bayes',
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count === 0) throw state.attribute('classes_').malformed('one class or more');
    const { data: means, columns: width } = state.attribute('theta_').matrix({ rows: count });
    const columns = state.columns(width);
    // Before 1.0 the variances were called sigma_.
    const name = state.has('var_') ? 'var_' : 'sigma_';
    const variances = state.attribute(name).matrix({ rows: count, columns }).data;
    const constants = Float64Array.from(state.attribute('class_prior_').vector(count), Math.log);
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += Math.log(2 * Math.PI * variances[c * columns + k]!);
      constants[c]! -= 0.5 * sum;
    }
    const precisions = variances.map((value) => 1 / value);
    const methods = jointMethods(classes, ({ data, rows }, out) => {
      for (let i = 0; i < rows; i++) {
        for (let c = 0; c < count; c++) {
          let sum = 0;
          for (let k = 0; k < columns; k++) {
            const difference = data[i * columns + k]! - means[c * columns + k]!;
            sum += difference * difference * precisions[c * columns + k]!;
          }
          out[i * count + c] = constants[c]! - 0.5 * sum;
        }
      }
    });
    return state.fitted({ columns, accepts: 'finite', classes, methods });
  },
};
