import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SklearnError } from './errors.ts';
import { inspectModel } from './inspect-model.ts';
import type { SklearnModel } from './model.ts';
import { readChain, readModel } from './read-model.ts';
import { readRows, rowShapeOf } from './read-rows.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/chains');
const CASES = JSON.parse(readFileSync(join(FIXTURES, 'cases.json'), 'utf8')) as Record<
  'scaled' | 'bare' | 'text',
  { input: unknown[]; output: number[][] }
>;

function file(name: string) {
  return { name, bytes: readFileSync(join(FIXTURES, name)) };
}

function expectAnswers(model: SklearnModel, { input, output }: (typeof CASES)['text']): void {
  const answer = model.run('predict_proba', readRows(input, rowShapeOf(model.signature, 'predict_proba')));
  if (answer.kind !== 'numbers') throw new Error('no numbers');
  const expected = output.flat();
  expect(answer.shape).toEqual([output.length, output[0]!.length]);
  for (const [i, value] of expected.entries()) expect(answer.data[i]).toBeCloseTo(value, 12);
}

async function refusal(work: Promise<unknown>): Promise<SklearnError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof SklearnError) return error;
  throw new Error('It was not refused.');
}

describe('a file that holds several estimators', () => {
  test('rows go through the members named, in their order', async () => {
    const { bytes } = file('dict.pkl');
    const model = await readModel(bytes, { members: ['scaler', 'model'] });
    expect(model).toMatchObject({ className: 'StandardScaler, LogisticRegression', sklearnVersion: '1.9.1' });
    expect(model.signature).toMatchObject({ columns: 4, classes: [0, 1, 2] });
    expectAnswers(model, CASES.scaled);
    expectAnswers(await readModel(bytes, { members: ['model'] }), CASES.bare);
    expectAnswers(await readModel(file('tuple.pkl').bytes, { members: ['1', '0'] }), CASES.scaled);
  });

  test('the only one need not be named', async () => {
    expectAnswers(await readModel(file('one-in-a-dict.pkl').bytes), CASES.bare);
  });

  test('without names all that can be named are said, and so they are of a wrong one', async () => {
    const { bytes } = file('dict.pkl');
    const known = '"scaler" (StandardScaler), "model" (LogisticRegression), "labels" (LabelEncoder)';
    expect((await refusal(readModel(bytes))).message).toContain(known);
    const unknown = await refusal(readModel(bytes, { members: ['constructor'] }));
    expect(unknown).toMatchObject({ code: 'ESTIMATOR_UNSUPPORTED' });
    expect(unknown.message).toBe(`The file has no member "constructor"; it has ${known}.`);
    const single = await refusal(readModel(file('model.pkl').bytes, { members: ['model'] }));
    expect(single.message).toContain('no member "model"');
  });

  test('the passport lists them', async () => {
    const { members, problems, model } = await inspectModel(file('dict.pkl').bytes);
    expect(members?.map(({ name }) => name)).toEqual(['scaler', 'model', 'labels']);
    expect([problems.length, model]).toEqual([1, null]);
  });

  test('members that cannot follow each other are refused by their place', async () => {
    const error = await refusal(readModel(file('dict.pkl').bytes, { members: ['model', 'scaler'] }));
    expect(error).toMatchObject({ code: 'ESTIMATOR_MALFORMED', path: '["model"]' });
    expect(error.message).toBe(
      '["model"] should be an estimator with transform, but is a LogisticRegression of 4 columns.',
    );
  });
});

describe('files that belong together', () => {
  test('what one answers is what the next one is given', async () => {
    expectAnswers(await readChain([file('scaler.pkl'), file('model.pkl')]), CASES.scaled);
    const text = await readChain([file('vectorizer.pkl'), file('text-model.pkl')]);
    expect(text.signature).toMatchObject({ rows: 'text', columns: null, looksTransformed: false });
    expectAnswers(text, CASES.text);
  });

  test('widths are checked', async () => {
    const error = await refusal(readChain([file('vectorizer.pkl'), file('model.pkl')]));
    expect(error.message).toBe(
      'model.pkl should be an estimator of the 9 columns that the step before gives, but is a LogisticRegression of 4 columns.',
    );
    expect((await refusal(readChain([file('narrow-scaler.pkl'), file('model.pkl')]))).code).toBe(
      'ESTIMATOR_MALFORMED',
    );
  });
});

test('thousands of columns without names were made by something that is not in the file', async () => {
  expect((await readModel(file('thousands-of-columns.pkl').bytes)).signature.looksTransformed).toBe(true);
  expect((await readModel(file('model.pkl').bytes)).signature.looksTransformed).toBe(false);
});
