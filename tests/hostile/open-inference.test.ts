/** Damaged calls of the Open Inference Protocol: answered, or refused by a code, in bounded time; never anything else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeMessage } from '../../apps/site/fixtures/grpc-caller.ts';
import { SiteError, toSiteError } from '../../apps/site/src/errors.ts';
import {
  decodeMessage,
  encodeAnswer,
  loadProto,
  type MessageForm,
} from '../../apps/site/src/inference/oip/messages.ts';
import { requireAskable, runInfer } from '../../apps/site/src/inference/oip/run-infer.ts';
import { readSklearnModel } from '../../apps/site/src/inference/runtimes/sklearn.ts';
import { ModelInferRequestSchema } from '../../protocol/generated/grpc_service_pb.ts';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { createRandom, mutateBytes } from './mutate-bytes.ts';

const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 40) * 50;
const CALL_MS_MAX = 500;

const pickle = join(repositoryRoot, 'apps/site/fixtures/pickles/scaled-logistic.pkl');
await loadProto();
const runtime = await readSklearnModel(readFileSync(pickle));
const info = {
  name: 'm',
  version: '1',
  description: '',
  runtime: 'sklearn',
  className: runtime.className,
  sha256: '',
  sizeBytes: 1,
  isDefault: true,
  signature: runtime.signature,
};

const rows = new Uint8Array(Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8]).buffer);
const input = { name: 'inputs', datatype: 'FP64', shape: [2, 4] };
const outputs = [
  { name: 'predict_proba', parameters: { classification: 2, binary_data: true } },
  { name: 'predict' },
];
const text = Buffer.from(
  JSON.stringify({
    id: 'a',
    inputs: [
      {
        ...input,
        data: [
          [1, 2, 3, 4],
          [5, 6, 7, 8e300],
        ],
      },
    ],
    outputs,
  }),
);
const head = Buffer.from(
  JSON.stringify({
    inputs: [{ ...input, parameters: { binary_data_size: 64 } }],
    parameters: { timeout: 5 },
  }),
);
const proto = encodeMessage(ModelInferRequestSchema, {
  modelName: 'm',
  inputs: [{ ...input, shape: [2n, 4n] }],
  outputs: [{ name: 'predict' }],
  rawInputContents: [rows],
});
const typed = encodeMessage(ModelInferRequestSchema, {
  modelName: 'm',
  inputs: [{ ...input, datatype: 'INT16', shape: [1n, 4n], contents: { intContents: [1, -2, 3, 4] } }],
});

const json = (headerBytes: number | null): MessageForm => ({
  kind: 'json',
  model: 'm',
  version: null,
  headerBytes,
});

const CALLS: readonly [string, Uint8Array, MessageForm][] = [
  ['JSON', text, json(null)],
  ['JSON and bytes', Buffer.concat([head, rows]), json(head.length)],
  ['bytes alone', rows, json(0)],
  ['a message with bytes', proto, { kind: 'proto' }],
  ['a message with typed contents', typed, { kind: 'proto' }],
];

/** The code that a call is refused with; null where it is answered. */
async function verdictOf(bytes: Uint8Array, message: MessageForm): Promise<string | null> {
  try {
    const { call, form } = decodeMessage(new Uint8Array(bytes), message, () => runtime.tensors);
    requireAskable({ info, runtime }, call);
    encodeAnswer(await runInfer({ info, runtime }, call), call, form);
    return null;
  } catch (error) {
    const { code } = error instanceof SiteError ? error : toSiteError(error);
    if (code === 'INTERNAL') throw error;
    return code;
  }
}

test.each(CALLS)('%s', async (_, call, message) => {
  // A buffer's slices would be the buffer itself.
  const whole = new Uint8Array(call);
  expect(await verdictOf(whole, message)).toBeNull();
  const random = createRandom(20261129);
  const verdicts = new Set<string | null>();
  for (let round = 0; round < ROUNDS; round++) {
    const mutant = mutateBytes(whole, random, new Uint8Array(CALLS[round % CALLS.length]![1]));
    const startMs = performance.now();
    verdicts.add(await verdictOf(mutant, message));
    expect(performance.now() - startMs).toBeLessThan(CALL_MS_MAX);
  }
  expect([...verdicts]).toContain('INPUT_INVALID');
});
