/** Puts any failure into words for the page: what went wrong, where, and what to do next. */
import { ClientError } from '@chamfer/client';
import type { Problem } from '@chamfer/contracts';

export interface Failure {
  readonly title: string;
  readonly detail: string;
  /** Where in the file or the request, such as `byte 84`. */
  readonly place: string | undefined;
  readonly nextStep: string;
  /** Under this id the site's log has more. */
  readonly incident: string | undefined;
  /** Whether the very same thing may succeed later: a damaged file stays damaged. */
  readonly canRetry: boolean;
}

/** A failure of the page itself, such as a folder dropped in place of a file. */
export class PageError extends Error {
  readonly title: string;
  readonly nextStep: string;

  constructor(title: string, detail: string, nextStep: string) {
    super(detail);
    this.name = 'PageError';
    this.title = title;
    this.nextStep = nextStep;
  }
}

export function describePlace({ line, offsetBytes, path }: Partial<Problem>): string | undefined {
  const places = [
    line === undefined ? undefined : `line ${line.toLocaleString('en')}`,
    offsetBytes === undefined ? undefined : `byte ${offsetBytes.toLocaleString('en')}`,
    path === undefined ? undefined : path,
  ].filter((place) => place !== undefined);
  return places.length === 0 ? undefined : places.join(', ');
}

function nextStepForStatus(status: number): string {
  if (status === 404) return 'Choose another design of the catalogue, or drop a part.';
  if (status === 413) return 'Export the part with fewer triangles, or as binary STL, and drop it again.';
  if (status === 415) return 'Export the part as STL or OBJ and drop it again.';
  if (status === 429 || status === 503) return 'The site is busy or starting. Wait a moment and try again.';
  if (status >= 500)
    return 'This is a fault of the site, not of your file. Give the incident id to its operator.';
  return 'Export the part again from your CAD program, or drop another one.';
}

function describeProblem(problem: Problem): Failure {
  return {
    title: problem.title,
    detail: problem.detail,
    place: describePlace(problem),
    nextStep: nextStepForStatus(problem.status),
    incident: problem.incident,
    canRetry: problem.status >= 500 || problem.status === 408 || problem.status === 429,
  };
}

function describeClientError(error: ClientError): Failure {
  if (error.problem !== undefined) return describeProblem(error.problem);
  const rest = { place: undefined, incident: undefined, canRetry: true };
  if (error.code === 'TIMEOUT') {
    return {
      ...rest,
      title: 'The site took too long',
      detail: error.message,
      nextStep: 'Try again; if it stays so, drop a part with fewer triangles.',
    };
  }
  if (error.code === 'UNREACHABLE') {
    return {
      ...rest,
      title: 'The site does not answer',
      detail: 'The connection to the site that serves this page is gone.',
      nextStep: 'Check that the site is still running, then try again.',
    };
  }
  return {
    ...rest,
    title: 'The answer was not understood',
    detail: error.message,
    nextStep: 'Reload the page. A proxy in between may have answered in place of the site.',
  };
}

export function describeFailure(error: unknown): Failure {
  if (error instanceof ClientError) return describeClientError(error);
  const isOurs = error instanceof PageError;
  return {
    title: isOurs ? error.title : 'Something in this page failed',
    detail: error instanceof Error ? error.message : String(error),
    place: undefined,
    nextStep: isOurs ? error.nextStep : 'Reload the page and try again.',
    incident: undefined,
    canRetry: !isOurs,
  };
}
