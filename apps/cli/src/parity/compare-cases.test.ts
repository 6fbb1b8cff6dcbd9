import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '@chamfer/sklearn';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';
import { compareCases, type MethodParity } from './compare-cases.ts';
import { parseCases, type RecordedCase } from './parse-cases.ts';

const FIXTURES = join(repositoryRoot, 'packages/sklearn/fixtures/estimators/1.9.1');

async function compare(
  name: string,
  change: (cases: readonly RecordedCase[]) => readonly unknown[] = (cases) => cases,
): Promise<readonly MethodParity[]> {
  const model = await readModel(readFileSync(join(FIXTURES, name, 'model.pkl')));
  const recorded = parseCases(readFileSync(join(FIXTURES, name, 'cases.json'), 'utf8'));
  return compareCases(model, parseCases(JSON.stringify({ cases: change(recorded) })), 1e-9);
}

describe('compareCases', () => {
  test.each([
    'pipeline-logistic', // labels that are texts
    'logistic-bool',
    'forest-classifier-outputs', // a list of arrays
    'neighbors-classifier-auto', // distances and indices
    'forest-regressor-missing', // NaN in rows
    'pca', // inverse_transform, of another width
  ])('%s is the same as recorded', async (name) => {
    const methods = await compare(name);
    expect(methods.length).toBeGreaterThan(0);
    for (const { verdict, detail, worst } of methods) {
      expect([verdict, detail]).toEqual(['same', null]);
      expect(worst).toBeLessThan(1e-9);
    }
  });

  test('rows by column name are the same rows', async () => {
    const named = { method: 'transform', input: [{ ash: 1, alcohol: 2 }], output: [[0]] };
    const [transform] = await compare('column-transformer-named-scaler', () => [named]);
    expect(transform).toMatchObject({
      verdict: 'refused',
      detail: 'cases[0].input[0]: has no column "alcalinity".',
    });
    const names = ['alcohol', 'malic', 'ash', 'alcalinity', 'magnesium', 'phenols'];
    const [same] = await compare('column-transformer-named-scaler', ([first]) => [
      {
        ...first!,
        input: first!.input.map((row) =>
          Object.fromEntries(names.map((name, i) => [name, (row as number[])[i]]).reverse()),
        ),
      },
    ]);
    expect(same).toMatchObject({ verdict: 'same' });
  });

  test('a difference is named with its place and its size, method by method', async () => {
    const [predict, ...others] = await compare('ridge', ([first]) => {
      const output = [...(first!.output as number[])];
      output[2]! *= 1.5;
      return [first, { ...first!, output }];
    });
    expect(others).toEqual([]);
    expect(predict).toMatchObject({ method: 'predict', cases: 2, verdict: 'differs' });
    expect(predict!.worst).toBeGreaterThan(0.1);
    expect(predict!.detail).toMatch(/^cases\[1\]\.output\[2\]: recorded [\d.]+, here [\d.]+$/);
  });

  test('a label that differs, an index, a NaN, and a length', async () => {
    const changed =
      (at: number, change: (output: unknown[]) => unknown) => (cases: readonly RecordedCase[]) => [
        { ...cases[at]!, output: change(structuredClone(cases[at]!.output) as unknown[]) },
      ];
    const [label] = await compare(
      'pipeline-logistic',
      changed(0, ([, ...rest]) => ['green', ...rest]),
    );
    expect(label!.detail).toMatch(/^cases\[0\]\.output\[0\]: recorded "green", here "/);
    const [length] = await compare(
      'pipeline-logistic',
      changed(1, (rows) => rows.slice(1)),
    );
    expect(length!.detail).toBe('cases[0].output: recorded an array of 6, here an array of 7');
    const [nan] = await compare(
      'ridge',
      changed(0, ([, ...rest]) => ['NaN', ...rest]),
    );
    expect(nan).toMatchObject({ verdict: 'differs', worst: Number.POSITIVE_INFINITY });
    // Large indices beside small distances must not hide a difference in the distances.
    const [neighbors] = await compare('neighbors-classifier-auto', (cases) => {
      const recorded = cases.find(({ method }) => method === 'kneighbors')!;
      const [distances, indices] = structuredClone(recorded.output) as [number[][], number[][]];
      distances[0]![0]! *= 1 + 1e-7;
      return [{ ...recorded, output: [distances, indices] }];
    });
    expect(neighbors).toMatchObject({ verdict: 'differs' });
    expect(neighbors!.detail).toMatch(/^cases\[0\]\.output\[0\]\[0\]\[0\]: /);
  });

  test('what the model cannot be asked is refused, and says so before a difference does', async () => {
    const [predict, unknown] = await compare('ridge', ([first]) => [
      { ...first!, output: [] },
      { ...first!, input: [['steel']] },
      { ...first!, method: 'toString' },
    ]);
    expect(predict).toMatchObject({
      verdict: 'refused',
      detail: 'cases[1].input[0]: has 1 value; this model takes 10.',
    });
    expect(unknown!.detail).toBe('cases[2]: Ridge has no toString; it has predict.');
  });
});

describe('parseCases', () => {
  test.each([
    ['[', 'the cases are no JSON'],
    ['[]', 'an object with a list "cases"'],
    ['{"cases": []}', 'there are no cases'],
    ['{"cases": [{"method": "predict", "input": [[1]]}]}', 'cases[0].output must be a list'],
    [
      '{"cases": [{"method": "predict", "input": [], "output": []}]}',
      'cases[0].input must be a list of rows',
    ],
    ['{"cases": [{"method": 1}]}', 'cases[0].method must be a text'],
    ['{"cases": [null]}', 'cases[0] must be an object'],
  ])('%s is refused', (text, message) => {
    expect(() => parseCases(text)).toThrow(message);
  });
});
