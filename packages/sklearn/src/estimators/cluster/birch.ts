/**
 * Birch: the label of the nearest subcluster, and the distances to all of them. The tree that they were found with
 * is not read: nothing asks for it any more.
 */
import type { EstimatorDefinition } from '../definition.ts';
import { asIntegers, numberPerRow, numbersPerRow } from '../methods.ts';
import { nearestRow } from '../neighbors/neighbor-search.ts';
import { euclideanByProducts } from '../neighbors/number-metrics.ts';
import { distancesTo } from './nearest-centre.ts';

const MODULE = 'sklearn.cluster._birch';
const LABEL_MAX = 2 ** 31 - 1;

export const BIRCH: EstimatorDefinition = {
  className: 'Birch',
  module: MODULE,
  parts: [`${MODULE} _CFNode`, `${MODULE} _CFSubcluster`],
  load: (state) => {
    const attribute = state.attribute('subcluster_centers_');
    const centres = attribute.matrix();
    if (centres.rows < 1) throw attribute.malformed('one centre or more');
    const columns = state.columns(centres.columns);
    const labels = state.attribute('subcluster_labels_').indices([centres.rows], -LABEL_MAX, LABEL_MAX);
    const nearest = nearestRow(centres, euclideanByProducts(columns));
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        predict: asIntegers(
          numberPerRow((X, out) => {
            const indices = new Int32Array(X.rows);
            nearest(X, indices);
            for (let i = 0; i < X.rows; i++) out[i] = labels[indices[i]!]!;
          }),
        ),
        transform: numbersPerRow(centres.rows, distancesTo(centres)),
      },
    });
  },
};
