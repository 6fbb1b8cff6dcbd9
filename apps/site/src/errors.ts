/**
 * Every failure of the site: one class, closed lists of codes, and where in the input it happened. The codes of
 * the geometry and scikit-learn packages pass through unchanged; anything else is `INTERNAL`.
 */
import { GEOMETRY_ERROR_CODES, GeometryError, type GeometryErrorCode } from '@chamfer/geometry/errors';
import { SKLEARN_ERROR_CODES, SklearnError, type SklearnErrorCode } from '@chamfer/sklearn/errors';

/** What keeps a site from starting. */
export const START_ERROR_CODES = [
  'SETTING_INVALID',
  'DATA_FOLDER_UNUSABLE',
  'DATA_FOLDER_IN_USE',
  'ADDRESS_UNAVAILABLE',
] as const;
type StartErrorCode = (typeof START_ERROR_CODES)[number];

/** What a request can meet. `MODEL_BROKEN` and `CATALOGUE_BROKEN` can keep a site from starting too. */
export const REQUEST_ERROR_CODES = [
  'JSON_MALFORMED',
  'MULTIPART_MALFORMED',
  'REQUEST_MALFORMED',
  'HEADERS_TOO_LARGE',
  'BODY_TOO_LARGE',
  'BODY_INCOMPLETE',
  'CONTENT_TYPE_UNSUPPORTED',
  'ENCODING_MALFORMED',
  'REQUEST_TIMEOUT',
  'HOST_REFUSED',
  'ORIGIN_REFUSED',
  'LOOPBACK_ONLY',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'MODEL_UNKNOWN',
  'MODEL_BROKEN',
  'MODEL_CONTROL_OFF',
  'REMOTE_FAILED',
  'REMOTE_UNAVAILABLE',
  'CATALOGUE_BROKEN',
  'DESIGN_UNKNOWN',
  'TIME_LIMIT_EXCEEDED',
  'DEADLINE_EXCEEDED',
  'MEMORY_LIMIT_EXCEEDED',
  'OVERLOADED',
  'RECOMMENDATIONS_UNAVAILABLE',
  'INTERNAL',
] as const;
type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];

/** Codes of the packages that do the work, as they reach a caller of the site. */
export const PACKAGE_ERROR_CODES: readonly (GeometryErrorCode | SklearnErrorCode)[] = [
  ...GEOMETRY_ERROR_CODES,
  ...SKLEARN_ERROR_CODES,
];

/** What a caller can be answered with, over any protocol. */
export type AnsweredErrorCode = RequestErrorCode | GeometryErrorCode | SklearnErrorCode;

export type SiteErrorCode = StartErrorCode | RequestErrorCode | GeometryErrorCode | SklearnErrorCode;

/** Where in the input: a byte of the file, a line of a text (counted from 1), a path such as `inputs[2][5]`. */
export interface SiteErrorPlace {
  readonly path?: string | undefined;
  readonly offsetBytes?: number | undefined;
  readonly line?: number | undefined;
  /** When to try again, as far as that is known. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

export class SiteError extends Error {
  readonly code: SiteErrorCode;
  readonly path: string | undefined;
  readonly offsetBytes: number | undefined;
  readonly line: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: SiteErrorCode, message: string, place: SiteErrorPlace = {}) {
    super(message, { cause: place.cause });
    this.name = 'SiteError';
    this.code = code;
    this.path = place.path;
    this.offsetBytes = place.offsetBytes;
    this.line = place.line;
    this.retryAfterMs = place.retryAfterMs;
  }
}

/** Any thrown value as a `SiteError`: what is not expected becomes `INTERNAL`, with the value as its cause. */
export function toSiteError(thrown: unknown): SiteError {
  if (thrown instanceof SiteError) return thrown;
  if (thrown instanceof SklearnError) {
    const { path, offsetBytes } = thrown;
    return new SiteError(thrown.code, thrown.message, { path, offsetBytes, cause: thrown });
  }
  if (thrown instanceof GeometryError) {
    const { line, offsetBytes } = thrown;
    return new SiteError(thrown.code, thrown.message, { line, offsetBytes, cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SiteError('INTERNAL', message, { cause: thrown });
}

/** The code to answer with: what keeps a site from starting is no caller's doing. */
export function answeredCodeOf({ code }: SiteError): AnsweredErrorCode {
  return (START_ERROR_CODES as readonly string[]).includes(code) ? 'INTERNAL' : (code as AnsweredErrorCode);
}

/** The words to answer with. Those of a mistake of this site stay in the log, under the id `incident`. */
export function answeredWordsOf(error: SiteError, incident: string): string {
  if (answeredCodeOf(error) === 'INTERNAL') {
    return `Something went wrong here that is not your doing. The log has more under ${incident}.`;
  }
  const { message } = error;
  const upper = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

/** The words of anything thrown, for a message that embeds them. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Why a port cannot be listened on, with what to do; `option` is the setting that chose it. */
export function addressUnavailable(cause: unknown, host: string, port: number, option: string): SiteError {
  const found = /\bE[A-Z_]{4,}\b/.exec(`${(cause as { code?: unknown }).code} ${messageOf(cause)}`)?.[0];
  return new SiteError('ADDRESS_UNAVAILABLE', explain(found, messageOf(cause)), { cause });

  function explain(code: string | undefined, message: string): string {
    switch (code) {
      case 'EADDRINUSE':
        return `Port ${port} on ${host} is in use. Stop what uses it, or choose another, such as ${option} ${port + 1}.`;
      case 'EACCES':
        return `Port ${port} needs rights that this user has not. Choose one above 1023, such as ${option} 8000.`;
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return `${host} is no address of this machine. Choose another --host.`;
      default:
        return `Cannot listen on ${host}, port ${port}: ${message}.`;
    }
  }
}
