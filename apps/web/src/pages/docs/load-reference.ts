/** Reads the site's own description of its API. */
import { PageError } from '../../api/failure.ts';
import { describeDocument, type Reference } from '../../api/openapi/describe-document.ts';
import { isOpenApiDocument } from '../../api/openapi/document.ts';

const NEXT_STEP = 'Check that the site is running, then reload the page.';

/** Throws `PageError`. */
export async function loadReference(signal: AbortSignal): Promise<Reference> {
  const response = await fetch('/openapi.json', { signal });
  const document: unknown = response.ok ? await response.json() : undefined;
  if (!isOpenApiDocument(document)) {
    const detail = `/openapi.json answered ${response.status}, and no OpenAPI 3 document.`;
    throw new PageError('The description of the API is missing', detail, NEXT_STEP);
  }
  return describeDocument(document);
}
