/** What passes between the process and its worker threads: jobs out, as many results or failures back. */
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

export type Outcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly failure: FailureMessage };

/** The first message to a worker. */
export interface OpeningMessage {
  /** See `native-section.ts`. */
  readonly native: Int32Array<SharedArrayBuffer>;
  readonly shared: unknown;
}

/** Jobs come in parts that are performed together. */
export type WorkerOrder =
  | { readonly kind: 'jobs'; readonly parts: readonly (readonly unknown[])[] }
  | { readonly kind: 'share'; readonly shared: unknown };

/** The first message of a worker says that it is ready for jobs; each later one answers the jobs of one message. */
export type WorkerMessage<Result> =
  | { readonly ready: true }
  | { readonly ready: false; readonly outcomes: readonly Outcome<Result>[] };

export function encodeFailure(error: SiteError): FailureMessage {
  const { code, message, path, offsetBytes, line } = error;
  const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
  return { code, message, path, offsetBytes, line, stack };
}

export function decodeFailure({ code, message, stack, ...place }: FailureMessage): SiteError {
  return new SiteError(code, message, { ...place, cause: stack });
}
