/** How failures are written: as problem documents, and under `/v2` as the Open Inference Protocol has them. */
import { type AnsweredErrorCode, answeredCodeOf, type SiteError } from '../errors.ts';
import { OPEN_INFERENCE_STATUSES, toOpenInferenceError } from './open-inference-errors.ts';
import { PROBLEM_TYPE, PROBLEMS, toProblem } from './problem-details.ts';

export interface ErrorStyle {
  readonly contentType: string;
  /** `$id` of the schema of its bodies. */
  readonly schemaId: string;
  statusOf(code: AnsweredErrorCode): number;
  toBody(error: SiteError, incident: string): object;
}

const PROBLEM_STYLE: ErrorStyle = {
  contentType: PROBLEM_TYPE,
  schemaId: 'Problem',
  statusOf: (code) => PROBLEMS[code].status,
  toBody: toProblem,
};

const OPEN_INFERENCE_STYLE: ErrorStyle = {
  contentType: 'application/json; charset=utf-8',
  schemaId: 'OpenInferenceError',
  statusOf: (code) => OPEN_INFERENCE_STATUSES[code],
  toBody: toOpenInferenceError,
};

export function errorStyleOf(url: string): ErrorStyle {
  return /^\/v2([/?]|$)/.test(url) ? OPEN_INFERENCE_STYLE : PROBLEM_STYLE;
}

export function statusOfError(style: ErrorStyle, error: SiteError): number {
  return style.statusOf(answeredCodeOf(error));
}
