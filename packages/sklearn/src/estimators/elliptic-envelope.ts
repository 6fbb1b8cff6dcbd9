/** EllipticEnvelope: the negative squared Mahalanobis distance from the robust centre. */
import type { EstimatorDefinition } from './definition.ts';
import { dot } from './linear-algebra.ts';
import type { Fill } from './methods.ts';
import { outlierMethods } from './outlier-methods.ts';

export const ELLIPTIC_ENVELOPE: EstimatorDefinition = {
  className: 'EllipticEnvelope',
  module: 'sklearn.covariance._elliptic_envelope',
  load: (state) => {
    const location = state.attribute('location_').vector();
    const columns = state.columns(location.length);
    // Without it scikit-learn inverts the covariance at each call.
    state.choice('store_precision', [true], true);
    const precision = state.attribute('precision_').matrix({ rows: columns, columns }).data;
    const scores: Fill = ({ data, rows }, out) => {
      const centred = new Float64Array(columns);
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < columns; k++) centred[k] = data[i * columns + k]! - location[k]!;
        let sum = 0;
        for (let k = 0; k < columns; k++)
          sum += centred[k]! * dot(precision, k * columns, centred, 0, columns);
        out[i] = -sum;
      }
    };
    const methods = outlierMethods(scores, state.attribute('offset_').number(), 'at-least');
    return state.fitted({ columns, accepts: 'finite', methods });
  },
};
