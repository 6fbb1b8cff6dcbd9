import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DESCRIPTOR } from '@chamfer/geometry';
import { beforeAll, expect, test } from 'vitest';
import { boxStl, FIXTURES, writeCatalogue } from '../../apps/site/fixtures/small-site.ts';
import { temporaryFolder } from '../../apps/site/fixtures/temporary-folder.ts';
import { startSiteProcess } from './site-process.ts';

const ROUNDS = 6;
const KILLS_A_ROUND = 2;
const SEED = 20261101;
const DESIGNS = 40;

let catalogue: string;

beforeAll(() => {
  catalogue = temporaryFolder();
  writeCatalogue(
    catalogue,
    Array.from({ length: DESIGNS }, (_, at) => [5 + at, 10 + 3 * at, 90 - at]),
  );
});

function argsFor(data: string): string[] {
  const places = ['--data', data, '--models', join(FIXTURES, 'models'), '--catalogue', catalogue];
  return ['--port', '0', '--grpc-port', '0', ...places];
}

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Asks the site for everything it has, and holds it to the catalogue. */
async function expectWhole(url: string): Promise<void> {
  const ready = await fetch(`${url}/health/ready`);
  expect(ready.status).toBe(200);
  const { designs } = (await (await fetch(`${url}/api/v1/designs?limit=500`)).json()) as {
    designs: object[];
  };
  expect(designs).toHaveLength(DESIGNS);
  const answer = await fetch(`${url}/api/v1/recommendations?k=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: boxStl(5, 10, 90),
  });
  const { recommendations } = (await answer.json()) as {
    recommendations: { score: number; design: { id: string } }[];
  };
  expect(recommendations[0]!.design.id).toBe('box-5x10x90');
  expect(recommendations[0]!.score).toBeCloseTo(1, 6);
}

test('killed at any moment of its first start, the next start works and everything is there', async () => {
  const next = random(SEED);
  const first = startSiteProcess(argsFor(temporaryFolder()));
  const startedAt = performance.now();
  await first.ready;
  const readyMs = performance.now() - startedAt;
  first.child.kill('SIGKILL');
  await first.ended;

  for (let round = 0; round < ROUNDS; round++) {
    const data = temporaryFolder();
    for (let kill = 0; kill < KILLS_A_ROUND; kill++) {
      const site = startSiteProcess(argsFor(data));
      // Most moments lie in the second half of a start, where the database is written.
      await Promise.race([sleep(readyMs * (0.3 + 0.8 * next())), site.ended]);
      site.child.kill('SIGKILL');
      expect(await site.ended).toBe('SIGKILL');
    }
    const site = startSiteProcess(argsFor(data));
    await expectWhole(await site.ready);
    site.child.kill('SIGKILL');
    await site.ended;
    const database = new DatabaseSync(join(data, 'site.db'));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }
});

test('killed while it answers, the next start works at once', async () => {
  const data = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const site = startSiteProcess(argsFor(data));
    const url = await site.ready;
    const body = boxStl(1, 2, 3);
    const busy = Array.from({ length: 8 }, () =>
      fetch(`${url}/api/v1/recommendations`, {
        method: 'POST',
        headers: { 'content-type': 'model/stl' },
        body,
      }).catch(() => null),
    );
    await sleep(30);
    site.child.kill('SIGKILL');
    expect(await site.ended).toBe('SIGKILL');
    await Promise.all(busy);
  }
  const site = startSiteProcess(argsFor(data));
  await expectWhole(await site.ready);
  site.child.kill('SIGTERM');
  expect(await site.ended).toBe(0);
});

test('told to stop while it answers, it finishes what it has and ends with 0', async () => {
  const site = startSiteProcess(argsFor(temporaryFolder()));
  const url = await site.ready;
  const rows = Array.from({ length: 200 }, () => new Array(DESCRIPTOR.length).fill(0.5));
  const body = JSON.stringify({ model: 'geometry-encoder', inputs: rows });
  const headers = { 'content-type': 'application/json' };
  const calls = Array.from({ length: 6 }, () => fetch(`${url}/predict`, { method: 'POST', headers, body }));
  const parts = Array.from({ length: 4 }, () =>
    fetch(`${url}/api/v1/recommendations`, {
      method: 'POST',
      headers: { 'content-type': 'model/stl' },
      body: boxStl(3, 4, 5),
    }),
  );
  await sleep(150);
  const stoppedAt = performance.now();
  site.child.kill('SIGTERM');
  for (const answer of await Promise.all([...calls, ...parts])) {
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 200 });
  }
  expect(await site.ended).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(5000);
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
});

test('one data folder, one site: the second is refused in one line', async () => {
  const data = join(temporaryFolder(), 'data');
  mkdirSync(data);
  const first = startSiteProcess(argsFor(data));
  await first.ready;
  const second = startSiteProcess(argsFor(data));
  expect(await second.ended).toBe(1);
  expect(second.output()).toBe(
    `Another site uses ${data}. Stop it, or give this one its own folder with --data.\n`,
  );
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
});
