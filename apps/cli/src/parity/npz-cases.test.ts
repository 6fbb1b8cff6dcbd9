import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SklearnError } from '@chamfer/sklearn';
import { describe, expect, test } from 'vitest';
import { encodeNpz, type NpyArray } from '../describe/encode-npz.ts';
import { casesOfArrays } from './npz-cases.ts';
import { parseCases } from './parse-cases.ts';
import { readNpz } from './read-npz.ts';

const RECORDED = join(import.meta.dirname, '../../fixtures/parity');
const COMPRESSED = readFileSync(join(RECORDED, 'cases.npz'));

const numbers = (shape: readonly number[]): NpyArray => ({
  shape,
  values: Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
});
const cases = (arrays: Readonly<Record<string, NpyArray>>) =>
  casesOfArrays(readNpz(Buffer.concat(encodeNpz(arrays))));

describe('cases in an .npz', () => {
  test('are those of the JSON file, as NumPy compresses them', () => {
    const recorded = parseCases(readFileSync(join(RECORDED, 'cases.json'), 'utf8'));
    const read = casesOfArrays(readNpz(COMPRESSED));
    expect(read.map(({ path, method }) => [path, method])).toEqual([
      ['0.predict', 'predict'],
      ['1.predict_proba', 'predict_proba'],
    ]);
    for (const [i, { input, output }] of read.entries()) {
      const asJson = input.map((row) =>
        (row as number[]).map((value) => (Number.isNaN(value) ? 'NaN' : value)),
      );
      expect([asJson, output]).toEqual([recorded[i]!.input, recorded[i]!.output]);
    }
  });

  test('come in the order of their numbers, with the parts of an answer in theirs', () => {
    const read = cases({
      '10.predict.input': numbers([1, 1]),
      '10.predict.output': numbers([1]),
      '2.kneighbors.output.1': { shape: [2, 1], values: BigInt64Array.of(7n, 8n) },
      '2.kneighbors.output.0': numbers([2, 1]),
      '2.kneighbors.input': numbers([2, 2]),
    });
    expect(read.map(({ path }) => path)).toEqual(['2.kneighbors', '10.predict']);
    expect(read[0]).toMatchObject({
      input: [
        [0, 1],
        [2, 3],
      ],
      output: [
        [[0], [1]],
        [[7], [8]],
      ],
    });
  });

  test.each([
    [{ input: numbers([1]) }, 'the array "input" should be named like'],
    [{ '0.predict.input': numbers([1]) }, '0.predict.output is missing'],
    [{ '0.predict.output': numbers([1]) }, '0.predict.input is missing'],
    [{ '0.predict.input': numbers([0, 2]), '0.predict.output': numbers([0]) }, 'holds no rows'],
    [{ '0.predict.input': numbers([1]), '0.predict.output.1': numbers([1]) }, 'number its parts from 0'],
    [{}, 'there are no cases'],
  ])('%# is refused: %s', (arrays, message) => {
    expect(() => cases(arrays as never)).toThrow(message);
  });

  test('any damage is refused in words, or leaves the same arrays', () => {
    const whole = [...readNpz(COMPRESSED)];
    let refused = 0;
    for (let at = 0; at < COMPRESSED.length; at += 5) {
      const damaged = Buffer.from(COMPRESSED);
      damaged[at]! ^= 0xff;
      const outcomes = [damaged, COMPRESSED.subarray(0, at)];
      for (const bytes of outcomes) {
        try {
          const read = [...readNpz(bytes)];
          // Only names and dates have no checksum.
          expect(read.map(([, array]) => array)).toEqual(
            whole.slice(0, read.length).map(([, array]) => array),
          );
        } catch (error) {
          if (!(error instanceof SklearnError)) expect((error as Error).message).toMatch(/^the .*\.npz /);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(COMPRESSED.length / 5);
  });
});
