/** Every failure of this package: one class, a closed list of codes, and where in the input it happened. */

export const SKLEARN_ERROR_CODES = [
  'PICKLE_MALFORMED',
  'PICKLE_LIMIT_EXCEEDED',
  'PICKLE_FORBIDDEN_GLOBAL',
  'PICKLE_TRAILING_DATA',
  'COMPRESSION_UNSUPPORTED',
  'ARRAY_UNSUPPORTED',
  'ESTIMATOR_UNSUPPORTED',
  'ESTIMATOR_MALFORMED',
  'METHOD_UNSUPPORTED',
  'INPUT_INVALID',
] as const;

export type SklearnErrorCode = (typeof SKLEARN_ERROR_CODES)[number];

/** Where in the input: a byte of the file, or a path inside the estimator (`steps[1].scale_`, `inputs[3][7]`). */
export interface SklearnErrorPlace {
  readonly offsetBytes?: number | undefined;
  readonly path?: string | undefined;
  readonly unsupported?: readonly Unsupported[];
  readonly cause?: unknown;
}

/** One thing in a file that is not supported: where (`steps[2].estimator`) and what (`SVC`, `'haversine'`). */
export interface Unsupported {
  readonly path: string;
  readonly what: string;
}

export class SklearnError extends Error {
  readonly code: SklearnErrorCode;
  readonly offsetBytes: number | undefined;
  readonly path: string | undefined;
  /** With `ESTIMATOR_UNSUPPORTED`: everything that is not supported in the file. */
  readonly unsupported: readonly Unsupported[];

  constructor(code: SklearnErrorCode, message: string, place: SklearnErrorPlace = {}) {
    super(message, { cause: place.cause });
    this.name = 'SklearnError';
    this.code = code;
    this.offsetBytes = place.offsetBytes;
    this.path = place.path;
    this.unsupported = place.unsupported ?? [];
  }
}
