/** Clients and tools that nobody here wrote, against the real site: what works with Triton and KServe works here. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { type RunningSite, startSite } from '../start-site.ts';
import { makeEnvironment, runProgram } from './python-environment.ts';

const FIXTURES = join(repositoryRoot, 'apps', 'site', 'fixtures');
const MODELS = ['pickles/scaled-logistic.pkl', 'pickles/neighbours.pkl', 'onnx/every-type.onnx'];
const CLIENT_MS_MAX = 120_000;
const SCHEMATHESIS_MS_MAX = 300_000;
const SEED = 20261101;

/** The shipped models, and one that clients may take away and bring back. */
function writeRepository(folder: string): void {
  cpSync(join(repositoryRoot, 'models'), folder, { recursive: true });
  mkdirSync(join(folder, 'coming-and-going', '1'), { recursive: true });
  copyFileSync(
    join(FIXTURES, 'pickles', 'scaled-logistic.pkl'),
    join(folder, 'coming-and-going', '1', 'model.pkl'),
  );
}

let repository: string;
let site: RunningSite;
let grpcAddress: string;
beforeAll(async () => {
  repository = mkdtempSync(join(tmpdir(), 'chamfer-repository-'));
  writeRepository(repository);
  const files = MODELS.flatMap((path) => ['--model', join(FIXTURES, path)]);
  const control = ['--models', repository, '--model-control', 'explicit'];
  site = await startSite(['--grpc-port', '0', '--predict-body-mebibytes-max', '64', ...control, ...files]);
  grpcAddress = await found(/gRPC +(\S+)/);
});
afterAll(async () => {
  await site.stop();
  rmSync(repository, { recursive: true, force: true });
});

/** Printed a moment after the site is ready. */
async function found(pattern: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const match = pattern.exec(site.output())?.[1];
    if (match !== undefined) return match;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${pattern} is not in what the site printed:\n${site.output()}`);
}

/** The folder of the environment's programs; skips the test with a line where there is none. */
async function programsOf(name: string, context: TestContext): Promise<string> {
  const environment = await makeEnvironment(name);
  if (environment.isThere) return environment.programs;
  console.log(environment.reason);
  return context.skip(environment.reason);
}

// KServe's client and tritonclient register the same messages: they cannot share a process.
test.for([
  ['tritonclient', 'triton_http'],
  ['tritonclient', 'triton_http_aio'],
  ['tritonclient', 'triton_grpc'],
  ['tritonclient', 'triton_grpc_aio'],
  ['kserve', 'kserve_client'],
] as const)('%s: %s', async ([environment, script], context) => {
  const programs = await programsOf(environment, context);
  const path = join(repositoryRoot, 'tests', 'conformance', 'clients', `${script}.py`);
  const addresses = [new URL(site.url).host, grpcAddress];
  const { status, output } = await runProgram(join(programs, 'python'), [path, ...addresses], CLIENT_MS_MAX);
  expect(status, output.slice(-4000)).toBe(0);
});

test('the examples of the README, as they stand there', async (context) => {
  const programs = await programsOf('tritonclient', context);
  const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
  const here = (example: string): string =>
    example
      .replace('http://127.0.0.1:8000', site.url)
      .replace('127.0.0.1:8001', grpcAddress)
      .replace('/models/model/', '/models/scaled-logistic/')
      .replace('"model"', '"scaled-logistic"');
  const [curl] = /^curl .*\/v2\/models\/.*\\\n.*$/m.exec(readme)!;
  const asked = await runProgram('sh', ['-c', here(curl)], CLIENT_MS_MAX);
  expect(asked.output).toContain('"model_name":"scaled-logistic"');
  const [, python] = /^```python\n(.*?tritonclient.*?)^```/ms.exec(readme)!;
  const { status, output } = await runProgram(join(programs, 'python'), ['-c', here(python!)], CLIENT_MS_MAX);
  expect(status, output).toBe(0);
  expect(output).toMatch(/^\[b'(high|low|middle)'\]$/m);
});

test('schemathesis finds no answer that /openapi.json does not describe, and none of 5xx', async (context) => {
  const programs = await programsOf('schemathesis', context);
  const folder = mkdtempSync(join(tmpdir(), 'chamfer-schemathesis-'));
  const args = [
    ...['--config-file', join(repositoryRoot, 'tests', 'conformance', 'schemathesis.toml')],
    'run',
    `${site.url}/openapi.json`,
    ...['--max-examples', '40', '--seed', String(SEED), '--no-color'],
    // Whether data fits is said by each model, not by the schema.
    ...['--exclude-checks', 'positive_data_acceptance'],
    // A site whose models were all taken away says rightly that it is not ready; the clients above unload.
    ...['--exclude-path-regex', '/unload$'],
  ];
  const program = join(programs, 'schemathesis');
  const { status, output } = await runProgram(program, args, SCHEMATHESIS_MS_MAX, folder);
  rmSync(folder, { recursive: true, force: true });
  expect(status, output.slice(-16000)).toBe(0);
});
