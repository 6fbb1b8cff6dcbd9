/** Calls that are computed together, in real workers: whatever their neighbours do, each gets its own rows' answer. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIXTURES } from '../../fixtures/small-site.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { runCall } from './predict-call.ts';
import type { PredictJob, PredictResult } from './predict-worker.ts';
import type { RuntimeModel } from './runtime-model.ts';
import { readSklearnModel } from './runtimes/sklearn.ts';

const PATH = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
const COLUMNS = 4;

let runtime: RuntimeModel;
let pool: WorkerPool<PredictJob, PredictResult>;
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
  runtime = await readSklearnModel(new Uint8Array(readFileSync(PATH)));
  const models = [{ info: { ...info, signature: runtime.signature }, path: PATH }];
  pool = new WorkerPool<PredictJob, PredictResult>({
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
    fate: fc.constantFrom('answered', 'answered', 'answered', 'cancelled', 'refused'),
  }),
  { minLength: 1, maxLength: 40 },
);

async function ask({ rows, method, fate }: Call): Promise<string> {
  const data = Float64Array.from(rows.flat());
  // A model of this kind refuses NaN.
  if (fate === 'refused') data[0] = Number.NaN;
  const X = { data, rows: rows.length, columns: COLUMNS };
  const gone = new AbortController();
  const share = { group: info.name, batchKey: method, rows: rows.length, expectedMs: 0.01 };
  const result = pool.run(
    { kind: 'call', model: info.name, version: info.version, prepared: { method, X } },
    [],
    gone.signal,
    share,
  );
  if (fate === 'cancelled') gone.abort();
  return new TextDecoder().decode((await result).answer);
}

test('rows never go to the wrong caller, whatever fails or is cancelled beside them', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (asked) => {
      const outcomes = await Promise.allSettled(asked.map(ask));
      for (const [at, { rows, method, fate }] of asked.entries()) {
        const outcome = outcomes[at]!;
        if (fate === 'answered') {
          const X = { data: Float64Array.from(rows.flat()), rows: rows.length, columns: COLUMNS };
          const expected = runCall(runtime, { ...info, signature: runtime.signature }, { method, X });
          expect(outcome).toEqual({ status: 'fulfilled', value: expected });
        } else {
          const code = fate === 'cancelled' ? 'BODY_INCOMPLETE' : 'INPUT_INVALID';
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code } });
        }
      }
    }),
    { numRuns: 60 },
  );
});
