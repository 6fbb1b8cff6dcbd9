/** `chamfer import`, then a site on the repository that it made. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURES } from '../../apps/site/fixtures/small-site.ts';
import { temporaryFolder } from '../../apps/site/fixtures/temporary-folder.ts';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { startSiteProcess } from './site-process.ts';

const CHAMFER = join(repositoryRoot, 'apps/cli/bin/chamfer.mjs');
const PARITY = join(repositoryRoot, 'apps/cli/fixtures/parity');

test('what was imported is served, by its name and version, and its golden cases are checked', async () => {
  const models = temporaryFolder();
  const add = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [CHAMFER, 'import', ...args, '--models', models],
      { encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    return stdout;
  };
  const cases = ['--cases', join(PARITY, 'cases.json')];
  expect(add(join(PARITY, 'model.pkl'), '--name', 'wear', ...cases)).toMatch(/^wear 1: /);
  expect(add(join(FIXTURES, 'onnx', 'forest-f64.onnx'))).toMatch(/^forest-f64 1: /);
  const places = ['--models', models, '--data', join(temporaryFolder(), 'data')];
  const site = startSiteProcess(['--port', '0', '--grpc-port', 'off', ...places]);
  const url = await site.ready;
  const { models: served } = (await (await fetch(`${url}/api/v1/models`)).json()) as { models: object[] };
  expect(served).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'wear', version: '1', className: 'Pipeline' }),
      expect.objectContaining({ name: 'forest-f64', version: '1', runtime: 'onnx' }),
    ]),
  );
  site.child.kill('SIGTERM');
  expect(await site.ended).toBe(0);
});
