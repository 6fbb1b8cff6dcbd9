/** What each attack of the corpus takes, measured in processes of their own: time, and memory above the bare process. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS } from './corpus/all-attacks.ts';
import { type Attack, latin1 } from './corpus/attack.ts';
import { BOMBS } from './corpus/bombs.ts';
import type { ChildResult, ChildTask } from './corpus-child.ts';

const CHILD = join(import.meta.dirname, 'corpus-child.ts');
const MEBIBYTE = 2 ** 20;
const HEAP_MEBIBYTES_MAX = 256;
const PEAK_BYTES_MAX = 256 * MEBIBYTE;
/** Of the processor, so that a busy machine does not fail the test. */
const PROCESSOR_MS_MAX = 1_000;

let folder = '';
let bareBytes = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  bareBytes = measure([{ name: 'bare', bytes: () => latin1('\x80\x04N.') }])[0]!.peakBytes;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All in one process, which may use no more heap than one attack may. */
function measure(attacks: readonly Pick<Attack, 'name' | 'bytes' | 'reader'>[]): ChildResult[] {
  const tasks = attacks.map(({ bytes, reader }, index): ChildTask => {
    const path = join(folder, `${index}.pkl`);
    writeFileSync(path, bytes());
    return { path, reader: reader ?? null };
  });
  const flags = [`--max-old-space-size=${HEAP_MEBIBYTES_MAX}`, '--no-warnings'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, CHILD, JSON.stringify(tasks)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (status !== 0)
    throw new Error(`${attacks[lines.length]?.name} ended the process: ${stderr.slice(-2_000)}`);
  return lines.map((line) => JSON.parse(line) as ChildResult);
}

function check({ name, code }: Attack, result: ChildResult): void {
  expect([name, result.code]).toEqual([name, code]);
  expect([name, result.processorMs]).toEqual([name, expect.toSatisfy((ms: number) => ms < PROCESSOR_MS_MAX)]);
}

describe('each is refused in less than a second and 256 MiB above the bare process', () => {
  test.each(BOMBS)('$name', (attack) => {
    const [result] = measure([attack]);
    check(attack, result!);
    expect(result!.peakBytes - bareBytes).toBeLessThan(PEAK_BYTES_MAX);
  });

  test('all others, one after the other in one process', () => {
    const others = ATTACKS.filter((attack) => !BOMBS.includes(attack));
    const results = measure(others);
    others.forEach((attack, i) => {
      check(attack, results[i]!);
    });
    expect(results.at(-1)!.peakBytes - bareBytes).toBeLessThan(PEAK_BYTES_MAX);
  });
});
