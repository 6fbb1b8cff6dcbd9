import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxCases, onnxPath } from '../../../fixtures/onnx-cases.ts';
import { expectProblem, SiteClient } from '../../../fixtures/site-client.ts';

let client: SiteClient;

beforeAll(async () => {
  client = await SiteClient.start(
    ['forest-f64', 'two-by-two'].flatMap((name) => ['--model', onnxPath(name)]),
  );
});

afterAll(() => client.site.close());

describe('POST /predict with an ONNX model', () => {
  const [{ inputs, outputs } = { inputs: [], outputs: [] }] = onnxCases('forest-f64');
  const values = [...(inputs[0]!.data as Float64Array)];
  const rows = [0, 4, 8].map((at) => values.slice(at, at + 4));
  const labels = [...(outputs[0]!.data as BigInt64Array)].map(Number);

  test('answers rows as it does for a pickle', async () => {
    const { status, body } = await client.predict({ inputs: rows });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model: 'forest-f64', predictions: labels });
  });

  test('answers a large batch from a worker, which opens the model itself', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => rows[at % 3]);
    const { status, body } = await client.predict({ inputs: many });
    expect(status).toBe(200);
    const { predictions } = body as { predictions: number[] };
    expect(predictions).toHaveLength(20_000);
    expect(predictions.slice(0, 6)).toEqual([...labels, ...labels]);
  });

  test('says of a model that takes no rows what it takes', async () => {
    const answer = await client.predict({ inputs: [[1, 2]], model: 'two-by-two' });
    expectProblem(answer, 422, 'METHOD_UNSUPPORTED');
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('takes the tensors a, b') });
  });
});
