import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '@chamfer/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, SiteClient } from '../../../fixtures/site-client.ts';
import { FIXTURES } from '../../../fixtures/small-site.ts';

/** A pipeline over columns of text and numbers, as scikit-learn itself recorded it. */
const TABLE = join(
  import.meta.dirname,
  '../../../../../packages/sklearn/fixtures/estimators/1.9.1/pipeline-table-logistic',
);
const FILES = [
  ...['scaled-logistic.pkl', 'neighbours.pkl'].map((name) => join(FIXTURES, 'pickles', name)),
  join(TABLE, 'model.pkl'),
];

let client: SiteClient;

beforeAll(async () => {
  client = await SiteClient.start(FILES.flatMap((file) => ['--model', file]));
});

afterAll(() => client.site.close());

describe('POST /predict', () => {
  const recorded = JSON.parse(readFileSync(join(FIXTURES, 'pickles', 'scaled-logistic.json'), 'utf8'));

  test('answers what scikit-learn answered, with the file named first as default', async () => {
    const labels = await client.predict({ inputs: recorded.inputs });
    expect(labels).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
    expect(labels.body).toMatchObject({ model: 'scaled-logistic', predictions: recorded.predict });
    const { body } = await client.predict({
      inputs: recorded.inputs,
      model: 'scaled-logistic',
      method: 'predict_proba',
    });
    const { predictions } = body as { predictions: number[][] };
    for (const [row, expected] of (recorded.predict_proba as number[][]).entries()) {
      for (const [at, value] of expected.entries()) expect(predictions[row]![at]).toBeCloseTo(value, 12);
    }
  });

  test('letters of one byte, of two and of three arrive whole', async () => {
    for (const model of ['ascii', 'm\u00f6del', '\u6a21\u578b']) {
      const { status, body } = await client.predict({ inputs: [[1, 2, 3, 4]], model });
      expect(status).toBe(404);
      expect((body as { detail: string }).detail).toContain(JSON.stringify(model));
    }
  });

  test('answers a large batch with the same numbers from a worker', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => recorded.inputs[at % 3]);
    const { status, body } = await client.predict({ inputs: many, method: 'predict' });
    expect(status).toBe(200);
    const { predictions } = body as { predictions: string[] };
    expect(predictions).toHaveLength(20_000);
    expect(predictions.slice(-3)).toEqual(
      predictions.slice(-3).map((_, at) => recorded.predict[(19_997 + at) % 3]),
    );
  });

  test('a call that is given time is answered within it, and otherwise refused', async () => {
    const body = JSON.stringify({ inputs: [[1, 2, 3, 4]] });
    const headers = { 'content-type': 'application/json' };
    const ask = (timeout: string) => client.send('POST', `/predict?timeout=${timeout}`, { body, headers });
    expect((await ask('5000')).status).toBe(200);
    for (const wrong of ['0', '-1', '1e3', '', '3600001'])
      expectProblem(await ask(wrong), 422, 'INPUT_INVALID');
    const large = JSON.stringify({ inputs: Array.from({ length: 30_000 }, () => [1.25, 2.5, 3.75, 4.125]) });
    const late = await client.send('POST', '/predict?timeout=1', { body: large, headers });
    expect(expectProblem(late, 504, 'DEADLINE_EXCEEDED').path).toBe('timeout');
  });

  const row = [1, 2, 3, 4];
  const refused: [string, unknown, number, string, Record<string, unknown>][] = [
    ['a wrong width', { inputs: [row, [1, 2]] }, 422, 'INPUT_INVALID', { path: 'inputs[1]' }],
    ['NaN', '{"inputs": [[1, 2, NaN, 4]]}', 400, 'JSON_MALFORMED', { line: 1, offsetBytes: 19 }],
    ['Infinity', '{"inputs":\n[[1, Infinity, 3, 4]]}', 400, 'JSON_MALFORMED', { line: 2, offsetBytes: 16 }],
    [
      'a number beyond a double',
      '{"inputs": [[1, 2, 1e999, 4]]}',
      422,
      'INPUT_INVALID',
      { path: 'inputs[0][2]' },
    ],
    ['a string', { inputs: [row, [1, 2, 'x', 4]] }, 422, 'INPUT_INVALID', { path: 'inputs[1][2]' }],
    ['null', { inputs: [[1, null, 3, 4]] }, 422, 'INPUT_INVALID', { path: 'inputs[0]' }],
    ['a missing field', { rows: [row] }, 422, 'INPUT_INVALID', { path: 'rows' }],
    ['no field at all', {}, 422, 'INPUT_INVALID', { path: 'inputs' }],
    ['ragged rows', { inputs: [row, [1, 2, 3, 4, 5]] }, 422, 'INPUT_INVALID', { path: 'inputs[1]' }],
    ['empty rows', { inputs: [[]] }, 422, 'INPUT_INVALID', { path: 'inputs[0]' }],
    ['no rows', { inputs: [] }, 422, 'INPUT_INVALID', { path: 'inputs' }],
    ['an unknown field', { inputs: [row], modle: 'x' }, 422, 'INPUT_INVALID', { path: 'modle' }],
    [
      'a field of the language',
      '{"inputs": [[1]], "__proto__": {}}',
      422,
      'INPUT_INVALID',
      { path: '__proto__' },
    ],
    ['a list', [row], 422, 'INPUT_INVALID', {}],
    ['half a body', '{"inputs": [[1, 2', 400, 'JSON_MALFORMED', { offsetBytes: 17 }],
    ['no body', '', 400, 'JSON_MALFORMED', { offsetBytes: 0 }],
    ['a body that nests', '['.repeat(120_000), 400, 'JSON_MALFORMED', { offsetBytes: 120_000 }],
    [
      'a large body that ends early',
      `{"inputs": [[${'1,'.repeat(100_000)}`,
      400,
      'JSON_MALFORMED',
      { line: 1 },
    ],
    ['an unknown model', { inputs: [row], model: 'x' }, 404, 'MODEL_UNKNOWN', { path: 'model' }],
    ['a model that is no name', { inputs: [row], model: 3 }, 422, 'INPUT_INVALID', { path: 'model' }],
    ['an unknown method', { inputs: [row], method: 'fit' }, 422, 'METHOD_UNSUPPORTED', { path: 'method' }],
    ['a method of the language', { inputs: [row], method: 'constructor' }, 422, 'METHOD_UNSUPPORTED', {}],
  ];
  test.each(refused)('%s is refused', async (_, body, status, code, place) => {
    expect(expectProblem(await client.predict(body), status, code)).toMatchObject(place);
  });

  test('a refusal says what there is instead', async () => {
    const { body: model } = await client.predict({ inputs: [row], model: 'x' });
    expect((model as Problem).detail).toContain(
      'geometry-encoder, model, neighbours, part-classifier, scaled-logistic',
    );
    const { body: method } = await client.predict({ inputs: [row], method: 'fit' });
    expect((method as Problem).detail).toContain('It has: predict');
  });

  test('another content type, none, and a compressed body are refused', async () => {
    const body = JSON.stringify({ inputs: [row] });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      expectProblem(await client.predict(body, { 'content-type': type }), 415, 'CONTENT_TYPE_UNSUPPORTED');
    }
    const gzip = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expectProblem(await client.predict(body, gzip), 415, 'CONTENT_TYPE_UNSUPPORTED');
    expect((await client.predict(body, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(
      200,
    );
  });
});

describe('rows of a table', () => {
  const [recorded] = JSON.parse(readFileSync(join(TABLE, 'cases.json'), 'utf8')).cases as [
    { input: unknown[][]; output: unknown[] },
  ];
  const names = ['material', 'mass_g', 'finish', 'holes', 'supplier', 'part number', 'hardened'];
  const records = recorded.input.map((row) => Object.fromEntries(row.map((value, j) => [names[j]!, value])));

  test('come as lists, or as objects that may leave out what nothing looks at', async () => {
    const used = records.map(({ 'part number': number, hardened, ...rest }) => rest);
    for (const inputs of [recorded.input, records, used]) {
      const { body } = await client.predict({ model: 'model', inputs });
      expect(body).toMatchObject({ predictions: recorded.output });
    }
  });

  test('are refused by the name of the column', async () => {
    const [{ material, ...without }] = records as [Record<string, unknown>];
    const missing = await client.predict({ model: 'model', inputs: [without] });
    expect(expectProblem(missing, 422, 'INPUT_INVALID').detail).toBe('Inputs[0] has no column "material".');
    const unknown = await client.predict({ model: 'model', inputs: [{ ...records[0], colour: 'red' }] });
    expect(expectProblem(unknown, 422, 'INPUT_INVALID')).toMatchObject({ path: 'inputs[0].colour' });
    const text = await client.predict({ model: 'model', inputs: [{ ...records[0], mass_g: 'heavy' }] });
    expect(expectProblem(text, 422, 'INPUT_INVALID')).toMatchObject({ path: 'inputs[0].mass_g' });
  });

  test('are told by the signature: names, kinds, known categories', async () => {
    const { body } = await client.send('GET', '/api/v1/models');
    const { models } = body as { models: { name: string; signature: Record<string, unknown> }[] };
    expect(models.find(({ name }) => name === 'model')?.signature).toMatchObject({
      rows: 'table',
      input: { columns: names },
      columnKinds: [
        { kind: 'category', categories: ['aluminium', 'brass', 'glass-filled nylon', 'steel'] },
        { kind: 'number' },
        { kind: 'category' },
        { kind: 'number' },
        { kind: 'category' },
        { kind: 'unused' },
        { kind: 'unused' },
      ],
    });
  });
});
