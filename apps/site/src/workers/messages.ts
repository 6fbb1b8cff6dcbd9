/** What passes between the process and its worker threads: one job out, one result or failure back. */
import { SiteError, type SiteErrorCode } from '../errors.ts';

/** A failure as plain data, since classes do not survive the way between threads. */
export interface FailureMessage {
  readonly code: SiteErrorCode;
  readonly message: string;
  readonly path: string | undefined;
  readonly offsetBytes: number | undefined;
  readonly line: number | undefined;
  readonly stack: string | undefined;
}

/** The first message of a worker says that it is ready for jobs; each later one answers a job. */
export type WorkerMessage<Result> =
  | { readonly ready: true }
  | { readonly ready: false; readonly ok: true; readonly value: Result }
  | { readonly ready: false; readonly ok: false; readonly failure: FailureMessage };

export function encodeFailure(error: SiteError): FailureMessage {
  const { code, message, path, offsetBytes, line } = error;
  const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
  return { code, message, path, offsetBytes, line, stack };
}

export function decodeFailure({ code, message, stack, ...place }: FailureMessage): SiteError {
  return new SiteError(code, message, { ...place, cause: stack });
}
