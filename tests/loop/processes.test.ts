import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { boxStl, FIXTURES, writeCatalogue } from '../../apps/site/fixtures/small-site.ts';
import { temporaryFolder } from '../../apps/site/fixtures/temporary-folder.ts';
import { type SiteProcess, startSiteProcess } from './site-process.ts';

let catalogue: string;
beforeAll(() => {
  catalogue = temporaryFolder();
  writeCatalogue(catalogue, [
    [5, 10, 90],
    [20, 20, 20],
  ]);
});

function start(data: string, port = '0'): SiteProcess {
  const places = ['--data', data, '--models', join(FIXTURES, 'models'), '--catalogue', catalogue];
  const pickle = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
  return startSiteProcess([
    '--port',
    port,
    '--grpc-port',
    'off',
    '--workers',
    '2',
    ...places,
    '--model',
    pickle,
  ]);
}

/** The processes that serve, whose parent is the supervisor. */
function servingPids(site: SiteProcess): number[] {
  const { pid } = site.child;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

interface Answered {
  readonly status: number;
  /** Which process answered: the first part of the ids that it gives. */
  readonly process: string;
  readonly body: string;
}

function ask(url: string, agent: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request(`${url}/predict`, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const [process] = String(response.headers['x-request-id']).split('-');
        resolve({ status: response.statusCode!, process: process!, body: Buffer.concat(chunks).toString() });
      });
    });
    asked.on('error', reject);
    asked.end('{"inputs": [[1, 2, 3, 4]], "model": "scaled-logistic"}');
  });
}

interface Caller {
  answered: number;
  /** Which process answered last before each failure. */
  readonly failures: string[];
  process: string;
}

const CALLERS = 24;

/** Keeps one connection busy until told to stop; connects again where it is lost. */
async function call(url: string, caller: Caller, stop: AbortSignal): Promise<void> {
  let agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!stop.aborted) {
    try {
      const { status, process } = await ask(url, agent);
      expect(status).toBe(200);
      caller.answered++;
      caller.process = process;
    } catch {
      caller.failures.push(caller.process);
      agent.destroy();
      agent = new Agent({ keepAlive: true, maxSockets: 1 });
    }
  }
  agent.destroy();
}

test('a killed process loses only what it was answering, and is replaced', async () => {
  const site = start(join(temporaryFolder(), 'data'));
  const url = await site.ready;
  const before = servingPids(site);
  expect(before).toHaveLength(2);
  const stop = new AbortController();
  // So many that each process has some of them, whichever way the system shares them out.
  const all = Array.from({ length: CALLERS }, (): Caller => ({ answered: 0, failures: [], process: '' }));
  const callers = all.map((caller) => call(url, caller, stop.signal));
  while (all.some(({ answered }) => answered < 10)) await sleep(20);
  process.kill(before[0]!, 'SIGKILL');
  const killedAt = performance.now();
  for (let pids: number[] = []; pids.length < 2 || pids.includes(before[0]!); pids = servingPids(site)) {
    expect(performance.now() - killedAt).toBeLessThan(30_000);
    await sleep(50);
  }
  await sleep(3000);
  stop.abort();
  await Promise.all(callers);
  const failures = all.flatMap((caller) => caller.failures);
  expect(new Set(failures).size).toBe(1);
  for (const caller of all) {
    expect(caller.failures.length).toBeLessThanOrEqual(1);
    expect(caller.answered).toBeGreaterThan(20);
  }
  expect(failures.length).toBeLessThan(CALLERS);

  const part = await fetch(`${url}/api/v1/recommendations?k=1`, {
    method: 'POST',
    headers: { 'content-type': 'model/stl' },
    body: boxStl(5, 10, 90),
  });
  expect(await part.json()).toMatchObject({ recommendations: [{ design: { id: 'box-5x10x90' } }] });
  site.child.kill('SIGTERM');
  expect(await site.ended).toBe(0);
  expect(site.output()).toContain('a serving process ended and is replaced');
});

test('told to stop, every process finishes what it has', async () => {
  const site = start(join(temporaryFolder(), 'data'));
  const url = await site.ready;
  const rows = Array.from({ length: 30_000 }, () => [1.25, 2.5, 3.75, 4.125]);
  const body = JSON.stringify({ model: 'scaled-logistic', inputs: rows });
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const calls = Array.from({ length: 8 }, () => fetch(`${url}/predict`, { method: 'POST', headers, body }));
  await sleep(100);
  site.child.kill('SIGTERM');
  for (const answer of await Promise.all(calls))
    expect(await answer.json()).toMatchObject({ predictions: { length: 30_000 } });
  expect(await site.ended).toBe(0);
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
});

test('what keeps one process from starting is said once, and the data folder is for one site', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const data = join(temporaryFolder(), 'data');
  const refused = start(data, String(port));
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toMatch(new RegExp(`^Port ${port} on 127.0.0.1 is in use[^\n]*\n$`));
  server.close();
  const site = start(data);
  await site.ready;
  const second = start(data);
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/^Another site uses [^\n]*\n$/);
  site.child.kill('SIGINT');
  expect(await site.ended).toBe(0);
});

test('a model taken away or loaded on demand in one process is so in all', async () => {
  const places = ['--data', join(temporaryFolder(), 'data'), '--models', join(FIXTURES, 'models')];
  const own = ['--port', '0', '--grpc-port', 'off', '--catalogue', catalogue];
  const site = startSiteProcess([...own, ...places, '--workers', '2', '--model-control', 'explicit']);
  const url = await site.ready;
  /** Each from a connection of its own, which the processes take in turns. */
  const isServed = async (): Promise<Set<boolean>> => {
    const answers = Array.from({ length: 8 }, () =>
      fetch(`${url}/v2/models/geometry-encoder/ready`, { headers: { connection: 'close' } }),
    );
    return new Set((await Promise.all(answers)).map(({ status }) => status === 200));
  };
  for (const [verb, expected] of [
    ['unload', false],
    ['load', true],
  ] as const) {
    const response = await fetch(`${url}/v2/repository/models/geometry-encoder/${verb}`, { method: 'POST' });
    expect(response.status).toBe(200);
    await expect.poll(isServed, { timeout: 20_000 }).toEqual(new Set([expected]));
  }
  site.child.kill('SIGTERM');
  expect(await site.ended).toBe(0);
});
