/** Every failure of this package: one class and a closed list of codes. */

export const VECTOR_ERROR_CODES = ['SHAPE_MISMATCH', 'K_OUT_OF_RANGE', 'VECTOR_NOT_FINITE'] as const;

export type VectorErrorCode = (typeof VECTOR_ERROR_CODES)[number];

export class VectorError extends Error {
  readonly code: VectorErrorCode;

  constructor(code: VectorErrorCode, message: string) {
    super(message);
    this.name = 'VectorError';
    this.code = code;
  }
}
