import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DESCRIPTOR, describeMesh, readMesh } from '@chamfer/geometry';
import { afterAll, beforeAll, expect, describe as group, test } from 'vitest';

const STL_MODELS = dirname(fileURLToPath(import.meta.resolve('stl-models/package.json')));
const MAIN = join(import.meta.dirname, '../main.ts');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'describe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as users run it: threads load TypeScript, which the test runner's own would not. */
function run(args: readonly string[], interruptAfter?: RegExp): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
    if (interruptAfter?.test(stderr) && !child.killed) child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** The array of a name out of a stored ZIP: its header and where its data begins. */
function arrayOf(npz: Buffer, name: string): { header: string; data: Buffer } {
  const at = npz.indexOf(`${name}.npy`) + name.length + 4;
  const headerLength = npz.readUInt16LE(at + 8);
  return {
    header: npz.toString('latin1', at + 10, at + 10 + headerLength),
    data: npz.subarray(at + 10 + headerLength),
  };
}

group('chamfer describe', () => {
  test('describes what can be read, lists what cannot, and says so by its exit code', async () => {
    const output = join(folder, 'parts.npz');
    const { code, stdout } = await run([
      'describe',
      join(STL_MODELS, 'polytopes'),
      '--output',
      output,
      '--jobs',
      '2',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('parts.npz holds 13 descriptors, 0 files failed');
    const npz = readFileSync(output);
    const { header, data } = arrayOf(npz, 'descriptors');
    expect(header).toContain(`'<f4', 'fortran_order': False, 'shape': (13, ${DESCRIPTOR.length})`);
    const first = readMesh(readFileSync(join(STL_MODELS, 'polytopes', 'cube.ascii.stl')));
    const expected = describeMesh(first.mesh);
    expect(Array.from({ length: DESCRIPTOR.length }, (_, i) => data.readFloatLE(i * 4))).toEqual([
      ...expected,
    ]);
    expect(arrayOf(npz, 'paths').data.readUInt32LE(0)).toBe('c'.codePointAt(0));
    expect(arrayOf(npz, 'sizes_mm').data.readDoubleLE(0)).toBe(2);
  });

  test('files that fail are data, the others are written', async () => {
    const output = join(folder, 'broken.npz');
    const { code, stdout } = await run([
      'describe',
      join(STL_MODELS, 'broken'),
      '--output',
      output,
      '--json',
    ]);
    expect(code).toBe(1);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ output, described: 8 });
    expect(summary.failures).toHaveLength(6);
    expect(summary.failures[1]).toMatchObject({
      path: 'fourVertices.ascii.stl',
      code: 'FILE_MALFORMED',
      line: 7,
    });
    expect(arrayOf(readFileSync(output), 'descriptors').header).toContain(`(8, ${DESCRIPTOR.length})`);
  });

  test('the same files give the same bytes, in one thread or three', async () => {
    const bytes = async (name: string, jobs: string): Promise<Buffer> => {
      const output = join(folder, name);
      await run([
        'describe',
        join(STL_MODELS, 'misc'),
        '--output',
        output,
        '--rotate',
        '5',
        '--seed',
        '5',
        '--jobs',
        jobs,
      ]);
      return readFileSync(output);
    };
    const [first, second] = await Promise.all([bytes('a.npz', '1'), bytes('b.npz', '3')]);
    expect(second.equals(first)).toBe(true);
  });

  test('Ctrl-C leaves nothing behind', async () => {
    const many = mkdtempSync(join(folder, 'many-'));
    const cube = readFileSync(join(STL_MODELS, 'polytopes', 'cube.bin.stl'));
    for (let i = 0; i < 1000; i++) writeFileSync(join(many, `${i}.stl`), cube);
    const output = join(folder, 'interrupted.npz');
    const { code, stderr } = await run(
      ['describe', many, '--output', output, '--jobs', '1'],
      /\d+ of 1000 files/,
    );
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });

  test.each([
    [['describe', '/no/such/folder', '--output', 'x.npz'], 'is not a folder'],
    [['describe', '.', '--output', 'x.npz', '--jobs', '0'], '--jobs'],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).not.toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(message);
  });
});
