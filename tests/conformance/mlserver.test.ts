/** A server that nobody here wrote, behind the `remote` runtime: MLServer with a model of scikit-learn, REST and gRPC. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { startSite } from '../start-site.ts';
import { makeEnvironment } from './python-environment.ts';

const READY_MS_MAX = 120_000;
const PICKLE = join(repositoryRoot, 'apps', 'site', 'fixtures', 'pickles', 'scaled-logistic.pkl');
const recorded = JSON.parse(readFileSync(PICKLE.replace('.pkl', '.json'), 'utf8')) as {
  inputs: number[][];
  predict: string[];
  predict_proba: number[][];
};

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chamfer-mlserver-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

interface MlServer {
  readonly child: ChildProcess;
  readonly http: string;
  readonly grpc: string;
}

async function startMlServer(programs: string): Promise<MlServer> {
  const [http, grpc, metrics] = await freePorts(3);
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'logistic'));
  copyFileSync(PICKLE, join(folder, 'logistic', 'model.pkl'));
  const ports = { http_port: http, grpc_port: grpc, metrics_port: metrics };
  const settings = { host: '127.0.0.1', ...ports, parallel_workers: 0 };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const model = {
    name: 'logistic',
    implementation: 'mlserver_sklearn.SKLearnModel',
    parameters: { uri: './model.pkl', version: 'v1' },
  };
  writeFileSync(join(folder, 'logistic', 'model-settings.json'), JSON.stringify(model));
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
  const child = spawn(join(programs, 'mlserver'), ['start', folder], { env, stdio: 'ignore' });
  closing.push(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${http}`;
  const deadline = Date.now() + READY_MS_MAX;
  for (;;) {
    const isReady = await fetch(`${url}/v2/models/logistic/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return { child, http: url, grpc: `grpc://127.0.0.1:${grpc}` };
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('MLServer did not become ready.');
    await sleep(200);
  }
}

function writeRepository(models: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  // Without the shipped models a site has no recommendations and is not ready.
  cpSync(join(repositoryRoot, 'models'), root, { recursive: true });
  for (const [name, url] of Object.entries(models)) {
    const folder = join(root, name, '1');
    mkdirSync(folder, { recursive: true });
    const remote = { url, model: 'logistic', timeoutMs: 20_000 };
    const words = { name, version: '1', description: 'On MLServer.', licence: 'Apache-2.0' };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...words, runtime: 'remote', remote }));
  }
  return root;
}

test('MLServer answers through a site what scikit-learn answered, over REST and gRPC, until it is gone', async (context) => {
  const environment = await makeEnvironment('mlserver');
  if (!environment.isThere) {
    console.log(environment.reason);
    return context.skip(environment.reason);
  }
  const mlServer = await startMlServer(environment.programs);
  const models = writeRepository({ 'over-rest': mlServer.http, 'over-grpc': mlServer.grpc });
  const site = await startSite(['--models', models]);
  closing.push(() => site.stop());
  const ask = (name: string): Promise<Response> =>
    fetch(`${site.url}/v2/models/${name}/infer`, {
      method: 'POST',
      body: JSON.stringify({
        inputs: [{ name: 'rows', datatype: 'FP64', shape: [3, 4], data: recorded.inputs }],
        outputs: [{ name: 'predict_proba' }, { name: 'predict' }],
      }),
    });
  for (const name of ['over-rest', 'over-grpc']) {
    const response = await ask(name);
    expect(response.status).toBe(200);
    const { outputs } = (await response.json()) as { outputs: { name: string; data: unknown[] }[] };
    expect(outputs.map((output) => output.name)).toEqual(['predict_proba', 'predict']);
    for (const [at, value] of recorded.predict_proba.flat().entries()) {
      expect(outputs[0]!.data[at]).toBeCloseTo(value, 12);
    }
    expect(outputs[1]!.data).toEqual(recorded.predict);
  }
  mlServer.child.kill('SIGKILL');
  await once(mlServer.child, 'exit');
  for (const name of ['over-rest', 'over-grpc']) expect((await ask(name)).status).toBe(503);
});
