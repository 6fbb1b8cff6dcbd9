import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy } from '@chamfer/sklearn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';

const MAIN = join(import.meta.dirname, '../main.ts');
const FIXTURE = join(repositoryRoot, 'packages/sklearn/fixtures/estimators/1.9.1/named-columns-logistic');
const MODEL = join(FIXTURE, 'model.pkl');
const [{ input: ROWS }, { output: PROBABILITIES }] = JSON.parse(
  readFileSync(join(FIXTURE, 'cases.json'), 'utf8'),
).cases as [{ input: number[][] }, { output: number[][] }];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'predict-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `stdin` is left open where `interrupt` says what to wait for in the folder before Ctrl-C. */
function predict(args: readonly string[], stdin: string, interrupt?: () => boolean): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, 'predict', MODEL, ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => (stderr += data));
  child.stdin.on('error', () => {}); // it may refuse a row before all are sent
  if (interrupt === undefined) child.stdin.end(stdin);
  else {
    child.stdin.write(stdin);
    const waiting = setInterval(() => {
      if (interrupt()) child.kill('SIGINT');
    }, 10);
    child.on('close', () => clearInterval(waiting));
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const csv = ROWS.map((row) => row.join(',')).join('\n');

describe('chamfer predict', () => {
  test('many rows through a pipe to a file: the answers of scikit-learn', async () => {
    const output = join(folder, 'many.npy');
    const many = Array.from({ length: 1_500 }, () => csv).join('\n');
    const { code, stderr } = await predict(['--method', 'predict_proba', '--output', output], many);
    expect([code, stderr]).toEqual([0, '']);
    const { shape, data } = readNpy(readFileSync(output));
    expect(shape).toEqual([1_500 * ROWS.length, 3]);
    const last = [...(data as Float64Array).subarray(-3 * ROWS.length)];
    for (const [i, value] of PROBABILITIES.flat().entries()) expect(last[i]).toBeCloseTo(value, 12);
  });

  test('a row that the model does not take is named, and no file is left', async () => {
    const output = join(folder, 'refused.csv');
    const { code, stderr } = await predict(['--output', output], `${csv}\n1,,3,4\n`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^line 8, column 2 \(.+\): is NaN, which LogisticRegression does not accept\.\n$/);
    expect(readdirSync(folder).filter((name) => name.startsWith('refused'))).toEqual([]);
  });

  test('Ctrl-C leaves nothing half-written', async () => {
    const own = mkdtempSync(join(folder, 'interrupted-'));
    const { code, stderr } = await predict(
      ['--output', join(own, 'answers.csv')],
      csv,
      () => readdirSync(own).length > 0,
    );
    expect([code, stderr.trim()]).toEqual([130, 'interrupted']);
    expect(readdirSync(own)).toEqual([]);
  });
});
