/** TfidfTransformer: counts of words weighed by how rare each is, each row divided by its norm. */
import type { Matrix } from '../../model.ts';
import { SparseRows } from '../../sparse-rows.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { sparsePerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readSparseMatrix, SPARSE_DIAGONAL_PARTS } from '../sparse-matrix.ts';
import type { NumberType } from './number-type.ts';

export type Weighting = (counts: SparseRows) => SparseRows;

export const TFIDF_TRANSFORMER: EstimatorDefinition = {
  className: 'TfidfTransformer',
  module: 'sklearn.feature_extraction.text',
  parts: SPARSE_DIAGONAL_PARTS,
  load: (state) => {
    const usesIdf = state.attribute('use_idf').boolean();
    const idf = usesIdf ? readIdf(state) : null;
    const columns = idf?.length ?? state.columns();
    const weigh = readWeighting(state, { isInteger: false, round: (value) => value }, columns);
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: { transform: sparsePerRow(columns, (X) => weigh(asSparse(X)), false) },
    });
  },
};

/** The state of a TfidfTransformer, alone or inside of a vectorizer, which has told it the type of its numbers. */
export function readWeighting(state: ObjectState, { round }: NumberType, columns: number): Weighting {
  const idf = state.attribute('use_idf').boolean() ? readIdf(state, columns) : null;
  const sublinear = state.attribute('sublinear_tf').boolean();
  const norm = state.choice('norm', ['l2', 'l1', null]);
  return (counts) => {
    const values = counts.values.slice();
    for (let at = 0; at < values.length; at++) {
      let value = values[at]!;
      if (sublinear) value = round(round(Math.log(value)) + 1);
      values[at] = idf === null ? value : round(value * idf[counts.indices[at]!]!);
    }
    if (norm !== null) divideByNorms(counts, values, norm, round);
    return counts.withValues(values);
  };
}

function divideByNorms(
  { rows, starts }: SparseRows,
  values: Float64Array,
  norm: 'l1' | 'l2',
  round: NumberType['round'],
): void {
  for (let i = 0; i < rows; i++) {
    const start = starts[i]!;
    const end = starts[i + 1]!;
    let sum = 0;
    // Products are of the type of the numbers, their sum is a double.
    for (let at = start; at < end; at++)
      sum += norm === 'l1' ? Math.abs(values[at]!) : round(values[at]! * values[at]!);
    const length = norm === 'l1' ? sum : Math.sqrt(sum);
    if (length !== 0) for (let at = start; at < end; at++) values[at] = round(values[at]! / length);
  }
}

/** A vector, and up to 1.4 the diagonal of a sparse matrix. */
function readIdf(state: ObjectState, columns?: number): Float64Array {
  if (state.has('idf_')) return state.attribute('idf_').vector(columns);
  const diagonal = state.attribute('_idf_diag');
  if (diagonal.object().className.startsWith('dia')) {
    const { data, columns: length } = diagonal.object().attribute('data').matrix({ rows: 1 });
    if (columns !== undefined && length !== columns) throw diagonal.malformed(`${columns} numbers`);
    return data;
  }
  const { data, rows, starts, columnsOf } = readSparseMatrix(
    diagonal,
    columns === undefined ? {} : { rows: columns, columns },
  );
  const idf = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (starts[i + 1]! - starts[i]! !== 1 || columnsOf[starts[i]!] !== i)
      throw diagonal.malformed('a diagonal');
    idf[i] = data[starts[i]!]!;
  }
  return idf;
}

function asSparse(X: Matrix): SparseRows {
  return X instanceof SparseRows ? X : SparseRows.beside(X.rows, [X]);
}
