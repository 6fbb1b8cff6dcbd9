/** Failures as RFC 9457 problem details: the one place that knows which status a code has. */
import type { Problem } from '@chamfer/contracts';
import { type AnsweredErrorCode, answeredCodeOf, answeredWordsOf, type SiteError } from '../errors.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

export const PROBLEMS: Readonly<Record<AnsweredErrorCode, ProblemKind>> = {
  JSON_MALFORMED: { status: 400, title: 'The body is not JSON' },
  MULTIPART_MALFORMED: { status: 400, title: 'The body is not the form it says it is' },
  REQUEST_MALFORMED: { status: 400, title: 'The request is not HTTP' },
  BODY_INCOMPLETE: { status: 400, title: 'The body ended too early' },
  ENCODING_MALFORMED: { status: 400, title: 'The body is not compressed as it says' },
  LOOPBACK_ONLY: { status: 403, title: 'Only programs on the same machine may do this' },
  ORIGIN_REFUSED: { status: 403, title: 'Pages of other sites may not use this one' },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  MODEL_UNKNOWN: { status: 404, title: 'There is no such model' },
  DESIGN_UNKNOWN: { status: 404, title: 'There is no such design' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This address has other methods' },
  MODEL_CONTROL_OFF: { status: 409, title: 'Models are not loaded on demand here' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  FILE_LIMIT_EXCEEDED: { status: 413, title: 'The file is too large' },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, title: 'The body is of another type' },
  FORMAT_UNKNOWN: { status: 415, title: 'The file is of no format that is read here' },
  HOST_REFUSED: { status: 421, title: 'This site answers under other names' },
  INPUT_INVALID: { status: 422, title: 'The input does not fit' },
  METHOD_UNSUPPORTED: { status: 422, title: 'The model has no such method' },
  FILE_MALFORMED: { status: 422, title: 'The file is damaged' },
  MESH_EMPTY: { status: 422, title: 'The file holds no surface' },
  MESH_DEGENERATE: { status: 422, title: 'The surface has no extent' },
  TIME_LIMIT_EXCEEDED: { status: 422, title: 'The work took too long' },
  MEMORY_LIMIT_EXCEEDED: { status: 422, title: 'The work took too much memory' },
  PICKLE_MALFORMED: { status: 422, title: 'The pickle is damaged' },
  PICKLE_LIMIT_EXCEEDED: { status: 422, title: 'The pickle exceeds a limit' },
  PICKLE_FORBIDDEN_GLOBAL: { status: 422, title: 'The pickle names what is not data of a model' },
  PICKLE_TRAILING_DATA: { status: 422, title: 'The pickle is followed by other data' },
  COMPRESSION_UNSUPPORTED: { status: 422, title: 'The pickle is compressed in another way' },
  ARRAY_UNSUPPORTED: { status: 422, title: 'The pickle holds an array of another kind' },
  ESTIMATOR_UNSUPPORTED: { status: 422, title: 'The estimator is not supported' },
  ESTIMATOR_MALFORMED: { status: 422, title: 'The estimator is damaged' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL: { status: 500, title: 'A mistake of this site' },
  REMOTE_FAILED: { status: 502, title: 'The server of the model failed' },
  REMOTE_UNAVAILABLE: { status: 503, title: 'The server of the model does not answer' },
  MODEL_BROKEN: { status: 503, title: 'The model cannot be used' },
  CATALOGUE_BROKEN: { status: 503, title: 'The catalogue cannot be used' },
  OVERLOADED: { status: 503, title: 'The site has too much to do' },
  RECOMMENDATIONS_UNAVAILABLE: { status: 503, title: 'There are no recommendations here' },
  DEADLINE_EXCEEDED: { status: 504, title: 'There was no answer within the time of the call' },
};

/** `incident` is the id under which the log has more of what is `INTERNAL`. */
export function toProblem(error: SiteError, incident: string): Problem {
  const code = answeredCodeOf(error);
  const detail = answeredWordsOf(error, incident);
  const problem: Problem = { type: `/docs#${code}`, ...PROBLEMS[code], code, detail };
  if (code === 'INTERNAL') {
    problem.incident = incident;
    return problem;
  }
  if (error.path !== undefined) problem.path = error.path;
  if (error.offsetBytes !== undefined) problem.offsetBytes = error.offsetBytes;
  if (error.line !== undefined) problem.line = error.line;
  return problem;
}
