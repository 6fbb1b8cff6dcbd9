/** RANSACRegressor: what its `estimator_` answers, which was fitted to the rows that agree. */
import type { EstimatorDefinition } from '../definition.ts';

export const RANSAC_REGRESSOR: EstimatorDefinition = {
  className: 'RANSACRegressor',
  module: 'sklearn.linear_model._ransac',
  load: (state) => {
    const attribute = state.attribute('estimator_');
    const inner = attribute.estimator();
    const columns = state.columns(inner.columns ?? undefined);
    const predict = state.methodOf(inner, attribute, 'predict');
    return state.fitted({ columns, accepts: inner.accepts, methods: { predict } });
  },
};
