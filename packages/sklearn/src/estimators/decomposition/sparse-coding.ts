/**
 * SparseCoder and the dictionary learnings: each row as a sum of few atoms of a dictionary, by each of
 * scikit-learn's algorithms. Refuses positive codes where the algorithm has none.
 */
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { readIterations } from '../iterations.ts';
import { dot, multiplyRows, transpose } from '../linear-algebra.ts';
import { numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { createLassoDescent } from './lasso-descent.ts';
import { createLeastAngle } from './least-angle.ts';
import { createMatchingPursuit } from './matching-pursuit.ts';

const MODULE = 'sklearn.decomposition._dict_learning';
/** The products of all atoms with one another are kept. */
const ATOMS_MAX = 2_000;

const ALGORITHMS = ['lasso_lars', 'lasso_cd', 'lars', 'omp', 'threshold'] as const;

/** Writes the code of one row, whose products with the atoms and with itself are given, over zeros. */
export type EncodeRow = (products: Float64Array, squaredNorm: number, code: Float64Array) => void;

export const SPARSE_CODERS: readonly EstimatorDefinition[] = [
  { className: 'SparseCoder', module: MODULE, load: (state) => loadCoder(state, 'dictionary') },
  { className: 'DictionaryLearning', module: MODULE, load: (state) => loadCoder(state, 'components_') },
  {
    className: 'MiniBatchDictionaryLearning',
    module: MODULE,
    load: (state) => loadCoder(state, 'components_'),
  },
];

function loadCoder(state: ObjectState, name: string): FittedEstimator {
  const atoms = state.attribute(name).matrix();
  const { data, rows: kept } = atoms;
  const columns = state.columns(atoms.columns);
  const encode = readAlgorithm(state, atoms, name);
  const splits = state.attribute('split_sign').boolean();
  const width = splits ? 2 * kept : kept;
  const back = transpose(data, kept, columns);
  const inverse = withColumns(
    width,
    numbersPerRow(columns, (X, out) => multiplyRows(splits ? joinSigns(X) : X, back, columns, null, out)),
  );
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(width, (X, out) => {
        const products = new Float64Array(X.rows * kept);
        multiplyRows(X, data, kept, null, products);
        for (let i = 0; i < X.rows; i++) {
          const start = i * columns;
          const row = out.subarray(i * width, (i + 1) * width);
          const squaredNorm = dot(X.data, start, X.data, start, columns);
          encode(products.subarray(i * kept, (i + 1) * kept), squaredNorm, row.subarray(0, kept));
          if (splits) splitSigns(row, kept);
        }
      }),
      ...(state.since(1, 7) && { inverse_transform: inverse }),
    },
  });
}

function readAlgorithm(state: ObjectState, atoms: Matrix, name: string): EncodeRow {
  const algorithm = state.choice('transform_algorithm', ALGORITHMS);
  const isPositive = state.attribute('positive_code').boolean();
  const strength = readStrength(state);
  if (algorithm === 'threshold') return thresholded(strength, isPositive);
  const { data, rows: size, columns } = atoms;
  if (size > ATOMS_MAX) throw state.attribute(name).malformed(`at most ${ATOMS_MAX} atoms`);
  const gram = new Float64Array(size * size);
  multiplyRows(atoms, data, size, null, gram);
  if (algorithm === 'omp' || algorithm === 'lars') {
    if (isPositive) state.refuse('positive_code', `positive codes by ${algorithm}`);
    const count = readCount(state, atoms);
    if (algorithm === 'omp') return createMatchingPursuit(gram, size, count);
    return createLeastAngle({ gram, size, columns, lowest: 0, steps: count, isLasso: false, isPositive });
  }
  const steps = readIterations(state, 'transform_max_iter', 0);
  if (algorithm === 'lasso_lars') {
    const lowest = strength / columns;
    return createLeastAngle({ gram, size, columns, lowest, steps, isLasso: true, isPositive });
  }
  if (strength === 0) state.refuse('transform_alpha', 'coordinate descent without a penalty');
  // From 1.8 on it iterates longer, over fewer atoms.
  const screens = state.since(1, 8);
  return createLassoDescent({ gram, size, strength, steps, isPositive, screens });
}

/** How much a coefficient must be worth; until 1.2 not what the dictionary was learnt with. */
function readStrength(state: ObjectState): number {
  const given = state.optional('transform_alpha') ?? (state.since(1, 2) ? state.optional('alpha') : null);
  const strength = given?.number() ?? 1;
  // The path of the lasso would have no end.
  if (given !== null && !(strength >= 0)) throw given.malformed('a number from 0');
  return strength;
}

/** How many coefficients may be other than zero. */
function readCount(state: ObjectState, { rows, columns }: Matrix): number {
  const given = state.optional('transform_n_nonzero_coefs');
  return given?.integer(1, rows) ?? Math.floor(Math.min(Math.max(columns / 10, 1), rows));
}

function thresholded(strength: number, isPositive: boolean): EncodeRow {
  return (products, _, code) => {
    for (let k = 0; k < code.length; k++) {
      const value = Math.sign(products[k]!) * Math.max(Math.abs(products[k]!) - strength, 0);
      code[k] = isPositive ? Math.max(value, 0) : value;
    }
  };
}

/** The first half of the row becomes its positive part, the second its negative part. */
function splitSigns(row: Float64Array, kept: number): void {
  for (let k = 0; k < kept; k++) {
    const value = row[k]!;
    row[k] = Math.max(value, 0);
    row[kept + k] = -Math.min(value, 0);
  }
}

function joinSigns({ data, rows, columns }: Matrix): Matrix {
  const kept = columns / 2;
  const joined = new Float64Array(rows * kept);
  for (let i = 0; i < joined.length; i++) {
    const start = Math.floor(i / kept) * columns + (i % kept);
    joined[i] = data[start]! - data[start + kept]!;
  }
  return { data: joined, rows, columns: kept };
}
