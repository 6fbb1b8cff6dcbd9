/** Every failure of this package: one class, a closed list of codes, and where in the input it happened. */

export const GEOMETRY_ERROR_CODES = [
  'FORMAT_UNKNOWN',
  'FILE_MALFORMED',
  'FILE_LIMIT_EXCEEDED',
  'MESH_EMPTY',
  'MESH_DEGENERATE',
] as const;

export type GeometryErrorCode = (typeof GEOMETRY_ERROR_CODES)[number];

/** Where in the file: a byte, or a line of a text format (counted from 1). */
export interface GeometryErrorPlace {
  readonly offsetBytes?: number | undefined;
  readonly line?: number | undefined;
  readonly cause?: unknown;
}

export class GeometryError extends Error {
  readonly code: GeometryErrorCode;
  readonly offsetBytes: number | undefined;
  readonly line: number | undefined;

  constructor(code: GeometryErrorCode, message: string, place: GeometryErrorPlace = {}) {
    super(message, { cause: place.cause });
    this.name = 'GeometryError';
    this.code = code;
    this.offsetBytes = place.offsetBytes;
    this.line = place.line;
  }
}
