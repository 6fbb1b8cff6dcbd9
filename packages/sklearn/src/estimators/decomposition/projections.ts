/** What multiplies rows by fixed components: TruncatedSVD, FastICA, IncrementalPCA and the random projections. */
import { isKind } from '../../pickle/value.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethods } from '../definition.ts';
import { addToRows, multiplyRows, transpose } from '../linear-algebra.ts';
import { type Fill, numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { PRINCIPAL_COMPONENTS } from '../pca.ts';
import { dotSparse, readSparseMatrix, SPARSE_MATRIX_PARTS } from '../sparse-matrix.ts';

const PROJECTION = 'sklearn.random_projection';

export const PROJECTIONS: readonly EstimatorDefinition[] = [
  {
    className: 'IncrementalPCA',
    module: 'sklearn.decomposition._incremental_pca',
    load: PRINCIPAL_COMPONENTS.load,
  },
  { className: 'TruncatedSVD', module: 'sklearn.decomposition._truncated_svd', load: loadTruncated },
  { className: 'FastICA', module: 'sklearn.decomposition._fastica', load: loadIndependent },
  { className: 'GaussianRandomProjection', module: PROJECTION, load: loadRandom },
  { className: 'SparseRandomProjection', module: PROJECTION, parts: SPARSE_MATRIX_PARTS, load: loadRandom },
];

function loadTruncated(state: ObjectState): FittedEstimator {
  const { data, rows: kept, columns: width } = state.attribute('components_').matrix();
  const columns = state.columns(width);
  const back = transpose(data, kept, columns);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, (X, out) => multiplyRows(X, data, kept, null, out)),
      inverse_transform: withColumns(
        kept,
        numbersPerRow(columns, (X, out) => multiplyRows(X, back, columns, null, out)),
      ),
    },
  });
}

function loadIndependent(state: ObjectState): FittedEstimator {
  const { data, rows: kept, columns: width } = state.attribute('components_').matrix();
  const columns = state.columns(width);
  const { data: mixing } = state.attribute('mixing_').matrix({ rows: columns, columns: kept });
  // Once True, since 1.3 the kind of whitening.
  const mean =
    state.attribute('whiten').value === false
      ? new Float64Array(columns)
      : state.attribute('mean_').vector(columns);
  const minusMean = mean.map((value) => -value);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, (X, out) => {
        const centred = X.data.slice();
        addToRows(centred, X.rows, minusMean);
        multiplyRows({ ...X, data: centred }, data, kept, null, out);
      }),
      inverse_transform: withColumns(
        kept,
        numbersPerRow(columns, (X, out) => multiplyRows(X, mixing, columns, mean, out)),
      ),
    },
  });
}

function loadRandom(state: ObjectState): FittedEstimator {
  const attribute = state.attribute('components_');
  const [kept, width, fill] = readComponents(attribute);
  const columns = state.columns(width);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: { transform: numbersPerRow(kept, fill), ...inverse(state, kept, columns) },
  });
}

function readComponents(attribute: Attribute): [number, number, Fill] {
  if (isKind(attribute.value, 'ndarray')) {
    const { data, rows, columns } = attribute.matrix();
    return [rows, columns, (X, out) => multiplyRows(X, data, rows, null, out)];
  }
  const sparse = readSparseMatrix(attribute);
  const { rows, columns } = sparse;
  return [
    rows,
    columns,
    (X, out) => {
      for (let i = 0; i < X.rows; i++) {
        for (let k = 0; k < rows; k++) out[i * rows + k] = dotSparse(sparse, k, X.data, i * columns);
      }
    },
  ];
}

/** Where it was told to keep it; scikit-learn else computes it at each call. */
function inverse(state: ObjectState, kept: number, columns: number): FittedMethods {
  const attribute = state.optional('inverse_components_');
  if (attribute === null) return {};
  const { data } = attribute.matrix({ rows: columns, columns: kept });
  const method = numbersPerRow(columns, (X, out) => multiplyRows(X, data, columns, null, out));
  return { inverse_transform: withColumns(kept, method) };
}
