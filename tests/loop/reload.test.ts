import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onnxPath } from '../../apps/site/fixtures/onnx-cases.ts';
import { FIXTURES } from '../../apps/site/fixtures/small-site.ts';
import { temporaryFolder } from '../../apps/site/fixtures/temporary-folder.ts';
import { startSiteProcess } from './site-process.ts';

const RELOADS = 500;
/** Memory is compared from here on: before, the heap grows to its working size. */
const SETTLED_AFTER = 150;
const CALLERS = 4;
/** Of 350 reloads: a heap that grew by a step or two. One copy of the model kept by each would be four times as much. */
const GROWTH_MEBIBYTES_MAX = 100;

function residentMebibytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 2 ** 20;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

test(`${RELOADS} reloads under load: no call fails, every answer is of the version of its time, memory stays`, {
  timeout: 600_000,
}, async () => {
  const models = temporaryFolder();
  cpSync(join(FIXTURES, 'models'), models, { recursive: true });
  const add = (name: string, version: string, from: string, file: string): void => {
    const made = join(models, `.${name}`);
    mkdirSync(made);
    copyFileSync(from, join(made, file));
    mkdirSync(join(models, name), { recursive: true });
    renameSync(made, join(models, name, version));
  };
  const pickle = join(FIXTURES, 'pickles', 'neighbours.pkl');
  for (const version of ['1', '2']) add('neighbours', version, pickle, 'model.pkl');
  add('forest', '1', onnxPath('forest-f64'), 'model.onnx');
  const places = ['--models', models, '--data', join(temporaryFolder(), 'data')];
  const site = startSiteProcess([
    '--port',
    '0',
    '--grpc-port',
    'off',
    '--model-control',
    'explicit',
    ...places,
  ]);
  const url = await site.ready;
  const post = (path: string, body?: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  let isOver = false;
  let answered = 0;
  const failures: string[] = [];
  const rows = (count: number): number[][] => Array.from({ length: count }, () => [0.5, 1, -1, 2]);
  const call = async (caller: number): Promise<void> => {
    const model = caller % 2 === 0 ? 'neighbours' : 'forest';
    while (!isOver) {
      // Some are answered at once, some in a worker.
      const response = await post('/predict', { model, inputs: rows(caller < 2 ? 1 : 400) });
      if (response.status === 200) answered += 1;
      else failures.push(`${response.status}: ${await response.text()}`);
      await response.body?.cancel().catch(() => undefined);
    }
  };
  const callers = Array.from({ length: CALLERS }, (_, caller) => call(caller));

  const before: number[] = [];
  const after: number[] = [];
  for (let reload = 0; reload < RELOADS; reload++) {
    // The ONNX file is tried in a process of its own each time: one in ten is enough of that.
    const name = reload % 10 === 9 ? 'forest' : 'neighbours';
    const stable = String(1 + (reload % 2));
    if (name === 'neighbours') writeFileSync(join(models, name, 'labels.json'), JSON.stringify({ stable }));
    const response = await post(`/v2/repository/models/${name}/load`);
    expect(response.status, await response.text()).toBe(200);
    if (name === 'neighbours') {
      const { version } = (await (await post('/predict', { model: name, inputs: rows(1) })).json()) as {
        version: string;
      };
      expect(version).toBe(stable);
    }
    const window = reload < SETTLED_AFTER ? null : reload < SETTLED_AFTER + 50 ? before : after;
    if (window !== null && (window === before || reload >= RELOADS - 50)) {
      window.push(residentMebibytes(site.child.pid!));
    }
  }
  isOver = true;
  await Promise.all(callers);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(RELOADS);
  expect(median(after) - median(before)).toBeLessThan(GROWTH_MEBIBYTES_MAX);
  site.child.kill('SIGTERM');
  expect(await site.ended).toBe(0);
});
