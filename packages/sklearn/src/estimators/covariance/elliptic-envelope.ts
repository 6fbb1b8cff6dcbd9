/** EllipticEnvelope: the negative squared Mahalanobis distance from the robust centre. */
import type { EstimatorDefinition } from '../definition.ts';
import { type Fill, numberPerRow } from '../methods.ts';
import { outlierMethods } from '../outlier-methods.ts';
import { readDistances } from './covariances.ts';

export const ELLIPTIC_ENVELOPE: EstimatorDefinition = {
  className: 'EllipticEnvelope',
  module: 'sklearn.covariance._elliptic_envelope',
  load: (state) => {
    const { columns, distances } = readDistances(state);
    const scores: Fill = (X, out) => {
      distances(X, out);
      for (let i = 0; i < out.length; i++) out[i] = -out[i]!;
    };
    const offset = state.attribute('offset_').number();
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: { ...outlierMethods(scores, offset, 'at-least'), mahalanobis: numberPerRow(distances) },
    });
  },
};
