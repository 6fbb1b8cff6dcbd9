/** Nearest vectors: exact search by dot product. */
export { VECTOR_ERROR_CODES, VectorError, type VectorErrorCode } from './errors.ts';
export { createExactIndex, type ExactIndex, K_MAX, type SearchOptions } from './exact-index.ts';
export type { Hit } from './top-k.ts';
