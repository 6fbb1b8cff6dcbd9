/** Every failure of this package: no answer, or an answer that says no. */
import type { Problem } from '@chamfer/contracts';

/** `UNREACHABLE`: nobody answered. `REFUSED`: a problem document. `UNEXPECTED`: an answer of another kind. */
export type ClientErrorCode = 'UNREACHABLE' | 'TIMEOUT' | 'REFUSED' | 'UNEXPECTED';

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The site's own words, for `REFUSED`. */
  readonly problem: Problem | undefined;

  constructor(
    code: ClientErrorCode,
    message: string,
    details: { status?: number; problem?: Problem; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'ClientError';
    this.code = code;
    this.status = details.status;
    this.problem = details.problem;
  }
}
