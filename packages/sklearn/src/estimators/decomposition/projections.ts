/** What multiplies rows by fixed components: TruncatedSVD, FastICA, IncrementalPCA and the random projections. */
import { isKind } from '../../pickle/value.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethods } from '../definition.ts';
import { multiplyCentred, multiplyRows, transpose } from '../linear-algebra.ts';
import { type Fill, numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { PRINCIPAL_COMPONENTS } from '../pca.ts';
import { dotSparse, readSparseMatrix, SPARSE_MATRIX_PARTS } from '../sparse-matrix.ts';
import { invertWell } from '../symmetric-inverse.ts';

const PROJECTION = 'sklearn.random_projection';
/** Some tenths of a second; who wants the way back of more tells scikit-learn to keep it. */
const INVERTED_PRODUCTS_MAX = 2 ** 27;

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
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, (X, out) => multiplyCentred(X, mean, data, kept, null, out)),
      inverse_transform: withColumns(
        kept,
        numbersPerRow(columns, (X, out) => multiplyRows(X, mixing, columns, mean, out)),
      ),
    },
  });
}

function loadRandom(state: ObjectState): FittedEstimator {
  const components = readComponents(state.attribute('components_'));
  const columns = state.columns(components.columns);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(components.rows, components.project),
      ...inverse(state, components),
    },
  });
}

/** (rows, columns), kept dense or sparse. */
interface Components {
  readonly rows: number;
  readonly columns: number;
  readonly project: Fill;
  readonly dense: () => Float64Array;
}

function readComponents(attribute: Attribute): Components {
  if (isKind(attribute.value, 'ndarray')) {
    const { data, rows, columns } = attribute.matrix();
    const project: Fill = (X, out) => multiplyRows(X, data, rows, null, out);
    return { rows, columns, project, dense: () => data };
  }
  const sparse = readSparseMatrix(attribute);
  const { rows, columns, starts, columnsOf, data } = sparse;
  return {
    rows,
    columns,
    project: (X, out) => {
      for (let i = 0; i < X.rows; i++) {
        for (let k = 0; k < rows; k++) out[i * rows + k] = dotSparse(sparse, k, X.data, i * columns);
      }
    },
    dense: () => {
      const all = new Float64Array(rows * columns);
      for (let k = 0; k < rows; k++) {
        for (let at = starts[k]!; at < starts[k + 1]!; at++) all[k * columns + columnsOf[at]!]! += data[at]!;
      }
      return all;
    },
  };
}

/** Where it was told to keep it; scikit-learn else computes it at each call. */
function inverse(state: ObjectState, components: Components): FittedMethods {
  const { rows: kept, columns } = components;
  const attribute = state.optional('inverse_components_');
  const data = attribute?.matrix({ rows: columns, columns: kept }).data ?? pseudoInverse(components);
  if (data === null) return {};
  const method = numbersPerRow(columns, (X, out) => multiplyRows(X, data, columns, null, out));
  return { inverse_transform: withColumns(kept, method) };
}

/** (columns, kept); `null` where it takes long to compute or hangs on the last digits. */
function pseudoInverse({ rows: kept, columns, dense }: Components): Float64Array | null {
  const size = Math.min(kept, columns);
  if (size * kept * columns > INVERTED_PRODUCTS_MAX) return null;
  const components = dense();
  const byColumn = transpose(components, kept, columns);
  const shorter = kept <= columns ? components : byColumn;
  const gram = new Float64Array(size * size);
  multiplyRows({ data: shorter, rows: size, columns: shorter.length / size }, shorter, size, null, gram);
  const inverted = invertWell(gram, size);
  if (inverted === null) return null;
  const out = new Float64Array(columns * kept);
  if (kept <= columns)
    multiplyRows({ data: byColumn, rows: columns, columns: kept }, inverted, kept, null, out);
  else multiplyRows({ data: inverted, rows: columns, columns }, components, kept, null, out);
  return out;
}
