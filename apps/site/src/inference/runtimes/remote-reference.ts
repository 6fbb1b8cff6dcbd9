/** Where a model of the `remote` runtime is: the `remote` of its manifest. Refuses addresses of other protocols. */
import type { RemoteReference } from '@chamfer/contracts';
import { JsonReader } from '../../storage/json-reader.ts';

export type { RemoteReference };

/** A call that takes longer than this is not one that anybody waits for. */
const TIMEOUT_MS_MAX = 600_000;

/** From the bytes of a manifest, which is all that a remote model has of its own. Throws `MODEL_BROKEN`. */
export function readRemoteReference(manifest: Uint8Array): RemoteReference {
  return parseRemoteReference(JsonReader.parse(manifest, 'manifest.json', 'MODEL_BROKEN').field('remote'));
}

export function parseRemoteReference(field: JsonReader): RemoteReference {
  const url = field.field('url').text(/^(https?|grpcs?):\/\/[^\s/@]+(\/[^\s?#]*)?$/);
  if (!URL.canParse(url.replace(/^grpc/, 'http'))) field.field('url').refuse('should be an address');
  const reference: RemoteReference = { url, model: field.field('model').text() };
  const version = field.optional('version', (one) => one.text());
  const timeoutMs = field.optional('timeoutMs', (one) => one.integer(1));
  if (timeoutMs !== undefined && timeoutMs > TIMEOUT_MS_MAX) {
    field.field('timeoutMs').refuse(`should be at most ${TIMEOUT_MS_MAX}`);
  }
  if (version !== undefined) reference.version = version;
  if (timeoutMs !== undefined) reference.timeoutMs = timeoutMs;
  return reference;
}
