/** SciPy's sparse matrices in rows (CSR), as attributes hold them. Refuses other formats and wrong indices. */
import type { Matrix } from '../model.ts';
import type { PickleObject } from '../pickle/value.ts';
import { SparseRows } from '../sparse-rows.ts';
import type { Attribute } from './attribute.ts';
import type { ObjectState } from './object-state.ts';

/** The numbers of row i stand from `starts[i]` to `starts[i + 1]` in `data`, those of their columns in `columnsOf`. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly columnsOf: Int32Array;
  readonly data: Float64Array;
}

/** The names that the pickle reader lets through, of all versions of SciPy. */
export const SPARSE_MATRIX_PARTS: readonly string[] = [
  'scipy.sparse.csr csr_matrix',
  'scipy.sparse._csr csr_matrix',
  'scipy.sparse._csr csr_array',
  'scipy.sparse._arrays csr_array',
];

/** What a diagonal may be kept as. */
export const SPARSE_DIAGONAL_PARTS: readonly string[] = [
  ...SPARSE_MATRIX_PARTS,
  'scipy.sparse.dia dia_matrix',
  'scipy.sparse._dia dia_matrix',
  'scipy.sparse._dia dia_array',
];

/** 512 MiB, as for the rows of a request. */
const DENSE_NUMBERS_MAX = 2 ** 26;
/** Rows beyond could not be counted with 32 bits. */
const ROWS_MAX = 2 ** 31 - 1;
/** Four times the width that scikit-learn's text hashing has by default. */
const COLUMNS_MAX = 2 ** 22;

export function readSparseMatrix(
  attribute: Attribute,
  size: { readonly rows?: number; readonly columns?: number } = {},
): SparseMatrix {
  const state: ObjectState = attribute.object();
  if (!/^csr_(matrix|array)$/.test(state.className)) throw attribute.malformed('a sparse matrix in rows');
  const shape = state
    .attribute('_shape')
    .items()
    .map((item, axis) => item.integer(0, axis === 0 ? ROWS_MAX : COLUMNS_MAX));
  const [rows, columns] = shape as [number, number];
  if (shape.length !== 2 || (size.rows ?? rows) !== rows || (size.columns ?? columns) !== columns) {
    throw attribute.malformed(`a matrix of shape (${size.rows ?? 'any'}, ${size.columns ?? 'any'})`);
  }
  const data = state.attribute('data').vector();
  const columnsOf = state.attribute('indices').indices([data.length], 0, columns - 1);
  const attributeOfStarts = state.attribute('indptr');
  const starts = attributeOfStarts.indices([rows + 1], 0, data.length);
  const ascends = starts.every((start, i) => i === 0 || start >= starts[i - 1]!);
  if (!ascends || starts[0] !== 0 || starts[rows] !== data.length) {
    throw attributeOfStarts.malformed(`numbers that ascend from 0 to ${data.length}`);
  }
  return { rows, columns, starts, columnsOf, data };
}

/** The product of one row with a dense one that starts at `start`. */
export function dotSparse(
  { starts, columnsOf, data }: SparseMatrix,
  row: number,
  dense: Float64Array,
  start: number,
): number {
  let sum = 0;
  for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += data[at]! * dense[start + columnsOf[at]!]!;
  return sum;
}

/** Whether a value is a sparse matrix in rows. */
export function isSparse({ global }: PickleObject): boolean {
  return /^csr_(matrix|array)$/.test(global.name);
}

/** All numbers of a sparse matrix, where they fit into memory. */
export function toDense(
  attribute: Attribute,
  size: { readonly rows?: number; readonly columns?: number },
): Matrix {
  const { rows, columns, starts, columnsOf, data } = readSparseMatrix(attribute, size);
  if (rows * columns > DENSE_NUMBERS_MAX) throw attribute.malformed(`at most ${DENSE_NUMBERS_MAX} numbers`);
  return { rows, columns, data: new SparseRows(columns, starts, columnsOf, data).data };
}
