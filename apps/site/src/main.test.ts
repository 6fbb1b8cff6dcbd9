import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIXTURES, type SmallSite, startSmallSite } from '../fixtures/small-site.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program until it ends by itself. */
function runProgram(args: readonly string[]): Promise<Ending> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH }, timeout: 15_000 };
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
  });
}

test('help is printed whole; what keeps it from starting is one line on standard error and an exit code', async () => {
  const models = ['--models', join(FIXTURES, 'models')];
  const data = join(temporaryFolder(), 'file');
  writeFileSync(data, '');
  const [help, option, folder] = await Promise.all([
    runProgram(['--help']),
    runProgram(['--modle', 'x']),
    runProgram([...models, '--data', data]),
  ]);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const flag of ['--model FILE', '--port N', '--host ADDRESS', '--data DIR'])
    expect(help.stdout).toContain(flag);
  const unknown = 'Unknown option --modle. Options are listed by --help.\n';
  expect(option).toEqual({ code: 2, stdout: '', stderr: unknown });
  const unusable = expect.stringMatching(/^Cannot use .*file as data folder: .*\n$/);
  expect(folder).toEqual({ code: 1, stdout: '', stderr: unusable });
});

describe('does not start with', () => {
  let site: SmallSite;
  beforeAll(async () => {
    site = await startSmallSite();
  });
  afterAll(() => site.close());

  const pickle = (name: string) => join(FIXTURES, 'pickles', name);
  const refused: [string, () => string[], string, RegExp][] = [
    [
      'a port in use',
      () => ['--port', new URL(site.url).port],
      'ADDRESS_UNAVAILABLE',
      /^Port \d+ on 127\.0\.0\.1 is in use\./,
    ],
    [
      'an address that is none',
      () => ['--host', '192.0.2.1', '--trusted-network'],
      'ADDRESS_UNAVAILABLE',
      /^192\.0\.2\.1 is no address of this machine\./,
    ],
    [
      'a model that is missing',
      () => ['--model', '/none.pkl'],
      'MODEL_BROKEN',
      /^Cannot serve \/none\.pkl: Cannot read/,
    ],
    [
      'a file that is no pickle',
      () => ['--model', pickle('scaled-logistic.json')],
      'PICKLE_MALFORMED',
      /^Cannot serve /,
    ],
    [
      'an unsupported pickle',
      () => ['--model', pickle('unsupported.pkl')],
      'ESTIMATOR_UNSUPPORTED',
      /Unknown/,
    ],
    [
      'a catalogue that is missing',
      () => ['--catalogue', '/none'],
      'CATALOGUE_BROKEN',
      /^Cannot read \/none\/catalogue\.json/,
    ],
    [
      'a folder of models that is missing',
      () => ['--models', '/none'],
      'MODEL_BROKEN',
      /^Cannot list \/none/,
    ],
  ];
  test.each(refused)('%s', async (_, args, code, message) => {
    const data = temporaryFolder();
    const start = startSmallSite({ folder: site.folder, args: ['--data', data, ...args()] });
    await expect(start).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    // Everything was let go of: the same folder can be used at once.
    await (await startSmallSite({ folder: site.folder, args: ['--data', data] })).close();
  });
});

test('a site whose encoder is broken serves the rest, and says what is missing', async () => {
  const models = temporaryFolder();
  const file = join(FIXTURES, 'pickles', 'scaled-logistic.pkl');
  const site = await startSmallSite({ args: ['--models', models, '--model', file] });
  const ready = await fetch(`${site.url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ parts: [{ ready: true }, { ready: false }] });
  const recommend = await fetch(`${site.url}/api/v1/recommendations`, {
    method: 'POST',
    headers: { 'content-type': 'model/stl' },
    body: 'solid',
  });
  expect(recommend.status).toBe(503);
  expect(recommend.headers.get('retry-after')).toBe('1');
  expect(await recommend.json()).toMatchObject({ code: 'RECOMMENDATIONS_UNAVAILABLE' });
  const predict = await fetch(`${site.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [[0, 0, 0, 0]] }),
  });
  expect(predict.status).toBe(200);
  expect(site.greeting.join('\n')).toContain('NOT READY');
  await site.close();
});
