/**
 * From the bytes of a call to the bytes of its answer, in two steps, so that what a call costs can be weighed between
 * them; the same steps on the event loop and in a worker thread.
 */
import type { EncodedAnswer } from '../encoded-answer.ts';
import type { TensorInterface } from '../tensor.ts';
import type { InferAnswer, InferCall } from './infer-call.ts';
import { decodeJsonCall, type JsonTarget } from './json-request.ts';
import { encodeJsonAnswer, putJsonId } from './json-response.ts';

/** What the bytes of a call do not say themselves. */
export type MessageForm =
  | ({ readonly kind: 'json' } & JsonTarget)
  /** A `ModelInferRequest`, which says all. */
  | { readonly kind: 'proto' };

/** What the answer's form depends on: plain data, as it passes between threads. */
export type AnswerForm = { readonly kind: 'json' } | { readonly kind: 'proto'; readonly isRaw: boolean };

let proto: typeof import('./proto-call.ts') | undefined;

/** Before the first message of the kind `proto`. Its library is loaded where gRPC is spoken and nowhere else. */
export async function loadProto(): Promise<void> {
  proto ??= await import('./proto-call.ts');
}

export interface DecodedMessage {
  readonly call: InferCall;
  readonly form: AnswerForm;
}

/** Throws `JSON_MALFORMED`, `INPUT_INVALID`, and what `tensorsOf` throws for a model it does not know. */
export function decodeMessage(
  bytes: Uint8Array<ArrayBuffer>,
  message: MessageForm,
  tensorsOf: (model: string, version: string | null) => TensorInterface,
): DecodedMessage {
  if (message.kind === 'proto') {
    const { call, isRaw } = proto!.decodeProtoCall(bytes);
    return { call, form: { kind: 'proto', isRaw } };
  }
  return {
    call: decodeJsonCall(bytes, message, tensorsOf(message.model, message.version)),
    form: { kind: 'json' },
  };
}

/** Bytes of a message that stand in it as they will in its tensors: those cost next to nothing to read. */
export function rawBytesOf(bytes: Uint8Array, message: MessageForm): number {
  if (message.kind === 'proto') return proto!.rawBytesOf(bytes);
  return message.headerBytes === null ? 0 : bytes.length - message.headerBytes;
}

export function encodeAnswer(
  answer: InferAnswer,
  call: Omit<InferCall, 'inputs'>,
  form: AnswerForm,
): EncodedAnswer {
  if (form.kind === 'json') return encodeJsonAnswer(answer, call);
  return { body: proto!.encodeProtoAnswer(answer, form.isRaw), headerBytes: null };
}

/** The answer to a call without an id as the answer to the same call with one. */
export function putId(answer: EncodedAnswer, id: string, form: AnswerForm): EncodedAnswer {
  if (id === '') return answer;
  if (form.kind === 'json') return putJsonId(answer, id);
  return { ...answer, body: proto!.putProtoId(answer.body as Uint8Array, id) };
}
