/** Failures as the Open Inference Protocol has them under `/v2`: which status a code has there, and one sentence. */
import type { OpenInferenceError } from '@chamfer/contracts';
import { type AnsweredErrorCode, answeredWordsOf, type SiteError } from '../errors.ts';

/** The protocol asks for 400 where an input does not fit; the rest is as everywhere else. */
export const OPEN_INFERENCE_STATUSES: Readonly<Record<AnsweredErrorCode, number>> = {
  JSON_MALFORMED: 400,
  MULTIPART_MALFORMED: 400,
  REQUEST_MALFORMED: 400,
  BODY_INCOMPLETE: 400,
  ENCODING_MALFORMED: 400,
  INPUT_INVALID: 400,
  METHOD_UNSUPPORTED: 400,
  FILE_MALFORMED: 400,
  MESH_EMPTY: 400,
  MESH_DEGENERATE: 400,
  LOOPBACK_ONLY: 403,
  ORIGIN_REFUSED: 403,
  NOT_FOUND: 404,
  MODEL_UNKNOWN: 404,
  DESIGN_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  MODEL_CONTROL_OFF: 409,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  FILE_LIMIT_EXCEEDED: 413,
  CONTENT_TYPE_UNSUPPORTED: 415,
  FORMAT_UNKNOWN: 415,
  HOST_REFUSED: 421,
  TIME_LIMIT_EXCEEDED: 400,
  MEMORY_LIMIT_EXCEEDED: 400,
  PICKLE_MALFORMED: 400,
  PICKLE_LIMIT_EXCEEDED: 400,
  PICKLE_FORBIDDEN_GLOBAL: 400,
  PICKLE_TRAILING_DATA: 400,
  COMPRESSION_UNSUPPORTED: 400,
  ARRAY_UNSUPPORTED: 400,
  ESTIMATOR_UNSUPPORTED: 400,
  ESTIMATOR_MALFORMED: 400,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  REMOTE_FAILED: 502,
  REMOTE_UNAVAILABLE: 503,
  MODEL_BROKEN: 503,
  CATALOGUE_BROKEN: 503,
  DEADLINE_EXCEEDED: 504,
  OVERLOADED: 503,
  RECOMMENDATIONS_UNAVAILABLE: 503,
};

/** `incident` is the id under which the log has more of what is `INTERNAL`. */
export function toOpenInferenceError(error: SiteError, incident: string): OpenInferenceError {
  return { error: answeredWordsOf(error, incident) };
}
