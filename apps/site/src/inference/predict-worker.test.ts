import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIXTURES, probe } from '../../fixtures/small-site.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import type { CallJob, CallResult } from './call-job.ts';
import { singleFile } from './model-files.ts';
import { loadModels } from './model-registry.ts';
import type { ModelReference } from './model-table.ts';
import type { SharedModels } from './predict-worker.ts';

let pool: WorkerPool<CallJob, CallResult>;
let reference: ModelReference;

beforeAll(async () => {
  const files = [singleFile(join(FIXTURES, 'pickles', 'scaled-logistic.pkl'))];
  const registry = await loadModels({ folder: join(FIXTURES, 'models'), files, standard: 'none', probe });
  const { info, path } = registry.table.find('scaled-logistic');
  reference = { info, path };
  pool = new WorkerPool({
    work: 'the test',
    entry: new URL('./predict-worker.ts', import.meta.url),
    workersMax: 1,
    groupWorkersMax: 1,
    queueMax: 10,
    waitMsMax: 60_000,
    batchRowsMax: 16,
    batchMs: 0,
    jobMsMax: 20_000,
    heapMebibytesMax: 256,
    shared: { served: versions('1'), leaving: [] } satisfies SharedModels,
  });
});

afterAll(() => pool.close());

function versions(...names: readonly string[]): ModelReference[] {
  return names.map((version) => ({ ...reference, info: { ...reference.info, version } }));
}

async function versionThatAnswers(version: string): Promise<string> {
  const X = { data: new Float64Array(4), rows: 1, columns: 4 };
  const prepared = { method: 'predict', X } as const;
  const form = { kind: 'predict' } as const;
  const { answer } = await pool.run({ kind: 'rows', model: 'scaled-logistic', version, prepared, form });
  return (JSON.parse(new TextDecoder().decode(answer)) as { version: string }).version;
}

test('a call that is older than a change is answered by its own version while that is leaving', async () => {
  expect(await versionThatAnswers('1')).toBe('1');
  pool.share({ served: versions('2'), leaving: versions('1') });
  expect(await versionThatAnswers('1')).toBe('1');
  pool.share({ served: versions('3'), leaving: versions('1', '2') });
  expect(await versionThatAnswers('1')).toBe('1');
  expect(await versionThatAnswers('3')).toBe('3');
  pool.share({ served: versions('3'), leaving: [] });
  await expect(versionThatAnswers('2')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
});
