/**
 * Exact search by dot product over a dense matrix of float32 vectors; for unit-length vectors that is the cosine.
 * Refuses vectors of another width, and values that are not finite.
 */
import { VectorError } from './errors.ts';
import { type Hit, TopK } from './top-k.ts';

/** More hits than rows are never needed, and a heap of this size still fits a processor's cache. */
export const K_MAX = 10_000;

export interface SearchOptions {
  /** How many hits, 1 to `K_MAX`; fewer come back where fewer rows pass. */
  readonly k: number;
  /** Rows that may be answered; all where absent. Called once a row, in order. */
  readonly filter?: (row: number) => boolean;
}

export interface ExactIndex {
  readonly rows: number;
  readonly columns: number;
  /** Best first; of equal scores the lower row first. Throws `VectorError`. */
  search(query: Float32Array, options: SearchOptions): Hit[];
}

/**
 * `matrix` is row-major, `rows * columns` long, and is neither copied nor written to: it must not change while
 * the index is used.
 */
export function createExactIndex(matrix: Float32Array, columns: number): ExactIndex {
  if (!Number.isInteger(columns) || columns < 1 || matrix.length % columns !== 0) {
    throw new VectorError(
      'SHAPE_MISMATCH',
      `${matrix.length} values do not make rows of ${columns} values each.`,
    );
  }
  requireFinite(matrix, 'The matrix');
  const rows = matrix.length / columns;
  return {
    rows,
    columns,
    search(query, { k, filter }) {
      if (query.length !== columns) {
        throw new VectorError(
          'SHAPE_MISMATCH',
          `The query has ${query.length} values; the rows of the index have ${columns}.`,
        );
      }
      if (!Number.isInteger(k) || k < 1 || k > K_MAX) {
        throw new VectorError('K_OUT_OF_RANGE', `k is ${k}; it has to be an integer from 1 to ${K_MAX}.`);
      }
      requireFinite(query, 'The query');
      const best = new TopK(Math.min(k, rows));
      if (rows === 0) return [];
      for (let row = 0; row < rows; row++) {
        if (filter === undefined || filter(row)) best.offer(row, dotProduct(matrix, row * columns, query));
      }
      return best.take();
    },
  };
}

/** Four sums in float64 keep the additions independent, which about doubles the speed of one sum. */
function dotProduct(matrix: Float32Array, offset: number, query: Float32Array): number {
  const columns = query.length;
  const unrolled = columns - (columns % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let column = 0;
  for (; column < unrolled; column += 4) {
    const at = offset + column;
    a += matrix[at]! * query[column]!;
    b += matrix[at + 1]! * query[column + 1]!;
    c += matrix[at + 2]! * query[column + 2]!;
    d += matrix[at + 3]! * query[column + 3]!;
  }
  for (; column < columns; column++) a += matrix[offset + column]! * query[column]!;
  return a + b + (c + d);
}

function requireFinite(values: Float32Array, what: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at !== -1) throw new VectorError('VECTOR_NOT_FINITE', `${what} holds ${values[at]} at position ${at}.`);
}
