/** SGDOneClassSVM: X coef, of which what reaches the offset is an inlier (1), all else an outlier (-1). */
import type { EstimatorDefinition } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { outlierMethods } from '../outlier-methods.ts';

export const SGD_ONE_CLASS_SVM: EstimatorDefinition = {
  className: 'SGDOneClassSVM',
  module: 'sklearn.linear_model._stochastic_gradient',
  parts: ['sklearn.linear_model._sgd_fast Hinge'],
  load: (state) => {
    const coef = state.attribute('coef_').vector();
    const columns = state.columns(coef.length);
    const offset = state.attribute('offset_').vector(1)[0]!;
    const samples = outlierMethods((X, out) => multiplyRows(X, coef, 1, null, out), offset, 'at-least');
    return state.fitted({ columns, accepts: 'finite', methods: samples });
  },
};
