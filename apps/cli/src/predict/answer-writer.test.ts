import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Label, type Output, readNpy } from '@chamfer/sklearn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnswerWriter, type MethodAnswer } from './answer-writer.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'answers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numbers = (data: readonly number[], shape: readonly number[], integer = false): Output => ({
  kind: 'numbers',
  data: Float64Array.from(data),
  shape,
  integer,
});
const labels = (...values: Label[]): Output => ({ kind: 'labels', values, shape: [values.length] });
const PROBABILITIES = [numbers([0.25, 0.75, 1, Number.NaN], [2, 2]), numbers([0.5, 0.5], [1, 2])];
const METHOD: MethodAnswer = { name: 'predict_proba' };

async function write(name: string, answers: readonly Output[], method = METHOD): Promise<Buffer> {
  const path = join(folder, name);
  const writer = await createAnswerWriter(path, method);
  try {
    for (const answer of answers) await writer.add(answer);
    expect(existsSync(path)).toBe(false);
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return readFileSync(path);
}

describe('createAnswerWriter', () => {
  test('JSON lines, and a list of them', async () => {
    const rows = [
      [0.25, 0.75],
      [1, 'NaN'],
      [0.5, 0.5],
    ];
    const lines = (await write('a.ndjson', PROBABILITIES)).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
    expect(JSON.parse((await write('a.json', PROBABILITIES)).toString())).toEqual(rows);
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'a.ndjson']);
  });

  test('CSV with a name for every column, once', async () => {
    expect((await write('a.csv', PROBABILITIES)).toString()).toBe(
      'predict_proba[0],predict_proba[1]\n0.25,0.75\n1,NaN\n0.5,0.5\n',
    );
    const quoted = await write('b.csv', [labels('a,b', '"'), labels(1)], { name: 'predict' });
    expect(quoted.toString()).toBe('predict\n"a,b"\n""""\n1\n');
  });

  test('several arrays a row: their rows side by side', async () => {
    const neighbors: Output = {
      kind: 'list',
      items: [numbers([0.5, 0.7, 0.1, 0.2], [2, 2]), numbers([3, 4, 5, 6], [2, 2], true)],
    };
    const parts = ['distances', 'indices'].map((name) => ({
      name,
      shape: [-1, 2],
      datatype: 'FP64' as const,
    }));
    const method = { name: 'kneighbors', parts };
    expect((await write('k.jsonl', [neighbors], method)).toString()).toBe(
      '[[0.5,0.7],[3,4]]\n[[0.1,0.2],[5,6]]\n',
    );
    expect((await write('k.csv', [neighbors], method)).toString()).toBe(
      'distances[0],distances[1],indices[0],indices[1]\n0.5,0.7,3,4\n0.1,0.2,5,6\n',
    );
    await expect(write('k.npy', [neighbors], method)).rejects.toThrow('which one .npy cannot hold');
  });

  test('.npy of the type that scikit-learn has', async () => {
    expect(readNpy(await write('f.npy', PROBABILITIES))).toMatchObject({
      dtype: 'f8',
      shape: [3, 2],
      data: Float64Array.of(0.25, 0.75, 1, Number.NaN, 0.5, 0.5),
    });
    const leaves = [numbers([1, 2], [1, 2], true), numbers([3, 4], [1, 2], true)];
    expect(readNpy(await write('i.npy', leaves))).toMatchObject({ dtype: 'i8', shape: [2, 2] });
    expect(readNpy(await write('u.npy', [labels('red'), labels('rosé')]))).toMatchObject({
      dtype: 'U4',
      shape: [2],
      data: ['red', 'rosé'],
    });
    expect(readNpy(await write('b.npy', [labels(true, false)]))).toMatchObject({ dtype: 'b1', shape: [2] });
    expect(readNpy(await write('n.npy', [labels(1, 2n ** 60n)]))).toMatchObject({
      dtype: 'i8',
      data: BigInt64Array.of(1n, 2n ** 60n),
    });
    await expect(write('m.npy', [labels('a', 1)])).rejects.toThrow('labels of several types');
  });

  test('what is discarded leaves nothing, and other formats are refused', async () => {
    const other = mkdtempSync(join(folder, 'discarded-'));
    const writer = await createAnswerWriter(join(other, 'a.csv'), METHOD);
    await writer.add(PROBABILITIES[0]!);
    await writer.discard();
    await expect(createAnswerWriter(join(other, 'a.xlsx'), METHOD)).rejects.toThrow('.csv and .npy');
    expect(readdirSync(other)).toEqual([]);
  });
});
