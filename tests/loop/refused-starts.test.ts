/** A start that cannot work says why in one line and ends with a code that is not 0. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chamfer-refused-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a start that is expected to end by itself; answers what it said. */
function start(...args: string[]): { status: number | null; complaint: string } {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(repositoryRoot, 'scripts/start.ts'), ...args],
    {
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
  return { status, complaint: stderr.replace(/^Building the page.*\n/, '').trim() };
}

function expectOneLine({ status, complaint }: ReturnType<typeof start>, words: RegExp): void {
  expect(complaint).toMatch(words);
  expect(complaint.split('\n')).toHaveLength(1);
  expect(status).toBeGreaterThan(0);
}

test('a port in use', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  expectOneLine(start('--port', String(port), '--data', join(folder, 'a')), new RegExp(`${port}`));
  server.close();
});

test('a gRPC port in use', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const data = join(folder, 'g');
  expectOneLine(
    start('--port', '0', '--grpc-port', String(port), '--data', data),
    new RegExp(`Port ${port} .*in use.*--grpc-port`),
  );
  server.close();
});

test('a data folder that cannot be written', () => {
  writeFileSync(join(folder, 'a-file'), '');
  expectOneLine(start('--port', '0', '--grpc-port', '0', '--data', join(folder, 'a-file', 'data')), /a-file/);
});

test('a file that is no pickle', () => {
  const path = join(folder, 'not-a-model.pkl');
  writeFileSync(path, 'hello');
  expectOneLine(
    start('--port', '0', '--grpc-port', '0', '--data', join(folder, 'b'), '--model', path),
    /not-a-model\.pkl/,
  );
});

test('a pickle that would run a program', () => {
  const path = join(folder, 'evil.pkl');
  writeFileSync(path, "cos\nsystem\n(S'touch /tmp/chamfer-was-here'\ntR.");
  expectOneLine(
    start('--port', '0', '--grpc-port', '0', '--data', join(folder, 'c'), '--model', path),
    /os.*system|system/,
  );
});

test('a model file that is not there', () => {
  expectOneLine(
    start(
      '--port',
      '0',
      '--grpc-port',
      '0',
      '--data',
      join(folder, 'd'),
      '--model',
      join(folder, 'absent.pkl'),
    ),
    /absent\.pkl/,
  );
});

test('an address that is not loopback', () => {
  expectOneLine(
    start('--port', '0', '--grpc-port', '0', '--data', join(folder, 'e'), '--host', '0.0.0.0'),
    /--trusted-network/,
  );
});

test('an unknown option', () => {
  expectOneLine(start('--prot', '1'), /--prot/);
});
