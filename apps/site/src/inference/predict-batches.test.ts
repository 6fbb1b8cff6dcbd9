/** Calls that are computed together, in real workers: whatever their neighbours do, each gets its own rows' answer. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIXTURES } from '../../fixtures/small-site.ts';
import { toOwnBytes } from '../workers/byte-blocks.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import type { CallJob, CallResult } from './call-job.ts';
import type { EncodedAnswer } from './encoded-answer.ts';
import { loadProto } from './oip/messages.ts';
import { encodeRows, type RowsForm } from './rows-work.ts';
import type { RuntimeModel } from './runtime-model.ts';
import { readSklearnModel } from './runtimes/sklearn.ts';

const PATH = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
const COLUMNS = 4;

let runtime: RuntimeModel;
let pool: WorkerPool<CallJob, CallResult>;
const info = {
  name: 'scaled-logistic',
  version: '1',
  description: '',
  runtime: 'sklearn',
  className: 'Pipeline',
  sha256: createHash('sha256').update(readFileSync(PATH)).digest('hex'),
  sizeBytes: 1,
  isDefault: true,
};

beforeAll(async () => {
  await loadProto();
  runtime = await readSklearnModel(new Uint8Array(readFileSync(PATH)));
  const models = [{ info: { ...info, signature: runtime.signature }, path: PATH }];
  pool = new WorkerPool<CallJob, CallResult>({
    work: 'the prediction',
    entry: new URL('./predict-worker.ts', import.meta.url),
    workersMax: 1,
    groupWorkersMax: 1,
    queueMax: 1000,
    waitMsMax: 60_000,
    batchRowsMax: 16,
    batchMs: 0,
    jobMsMax: 20_000,
    heapMebibytesMax: 256,
    shared: { served: models, leaving: [] },
  });
});

afterAll(() => pool.close());

interface Call {
  readonly rows: readonly number[][];
  readonly method: 'predict' | 'predict_proba';
  /** What it came as. */
  readonly kind: 'predict' | 'json' | 'bytes' | 'proto';
  readonly fate: 'answered' | 'cancelled' | 'refused';
}

const calls = fc.array(
  fc.record<Call>({
    rows: fc.array(
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: COLUMNS, maxLength: COLUMNS }),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    method: fc.constantFrom('predict', 'predict_proba'),
    kind: fc.constantFrom('predict', 'json', 'bytes', 'proto'),
    fate: fc.constantFrom('answered', 'answered', 'answered', 'cancelled', 'refused'),
  }),
  { minLength: 1, maxLength: 40 },
);

function formOf({ kind, method }: Call, id: string): RowsForm {
  if (kind === 'predict') return { kind };
  const outputs = [{ name: method, classification: null, isBinary: kind === 'bytes' }];
  const call = { model: info.name, version: '1', id, parameters: {}, outputs, isBinaryUnasked: false };
  return { kind: 'infer', call, form: kind === 'proto' ? { kind, isRaw: true } : { kind: 'json' } };
}

async function ask(call: Call, at: number): Promise<EncodedAnswer> {
  const { rows, method, fate } = call;
  const data = Float64Array.from(rows.flat());
  // A model of this kind refuses NaN.
  if (fate === 'refused') data[0] = Number.NaN;
  const X = { data, rows: rows.length, columns: COLUMNS };
  const gone = new AbortController();
  const share = { group: info.name, batchKey: method, rows: rows.length, expectedMs: 0.01 };
  const result = pool.run(
    {
      kind: 'rows',
      model: info.name,
      version: info.version,
      prepared: { method, X },
      form: formOf(call, `call ${at}`),
    },
    [],
    gone.signal,
    share,
  );
  if (fate === 'cancelled') gone.abort();
  const { answer, headerBytes } = await result;
  return { body: answer, headerBytes };
}

test('rows never go to the wrong caller, whatever fails or is cancelled beside them', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (asked) => {
      const outcomes = await Promise.allSettled(asked.map(ask));
      for (const [at, call] of asked.entries()) {
        const { rows, method, fate } = call;
        const outcome = outcomes[at]!;
        if (fate === 'answered') {
          const X = { data: Float64Array.from(rows.flat()), rows: rows.length, columns: COLUMNS };
          const model = { info: { ...info, signature: runtime.signature }, runtime };
          const expected = encodeRows(model, method, runtime.run(method, X), formOf(call, `call ${at}`));
          const value = { ...expected, body: toOwnBytes(expected.body) };
          expect(outcome).toEqual({ status: 'fulfilled', value });
        } else {
          const code = fate === 'cancelled' ? 'BODY_INCOMPLETE' : 'INPUT_INVALID';
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code } });
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('calls that ran together count as one run of the model', async () => {
  const share = { group: info.name, batchKey: 'predict', rows: 1, expectedMs: 0.01 };
  const X = { data: new Float64Array(COLUMNS), rows: 1, columns: COLUMNS };
  const { name: model, version } = info;
  const job = { kind: 'rows', model, version, prepared: { method: 'predict', X } } as const;
  const forms: RowsForm[] = (['predict', 'json', 'bytes', 'proto'] as const).map((kind) =>
    formOf({ rows: [], method: 'predict', fate: 'answered', kind }, kind),
  );
  const send = (form: RowsForm) => pool.run({ ...job, form }, [], undefined, share);
  // Whatever was cancelled before is over then.
  await send(forms[0]!);
  const results = await Promise.all([forms[0]!, ...forms].map(send));
  // The first one finds the worker free; the others wait for it.
  expect(results.map(({ runs }) => runs)).toEqual([1, 1, 0, 0, 0]);
});
