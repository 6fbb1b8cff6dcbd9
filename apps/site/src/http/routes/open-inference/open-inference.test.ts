import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import type { ModelStatisticsList } from '@chamfer/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, SiteClient } from '../../../../fixtures/site-client.ts';
import { FIXTURES } from '../../../../fixtures/small-site.ts';

let client: SiteClient;
beforeAll(async () => {
  const pickles = ['scaled-logistic', 'neighbours'].map((name) => join(FIXTURES, 'pickles', `${name}.pkl`));
  client = await SiteClient.start(pickles.flatMap((path) => ['--model', path]));
});
afterAll(() => client.site.close());

const MODEL = '/v2/models/scaled-logistic';
const ROWS = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];
const INPUT = { name: 'inputs', shape: [2, 4], datatype: 'FP64', data: ROWS };

function infer(body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return client.send('POST', `${MODEL}/infer`, { body: JSON.stringify(body), headers });
}

/** A body of JSON and the bytes after it, and the header that says where they part. */
function binary(
  json: object,
  bytes: Uint8Array,
): { body: Uint8Array<ArrayBuffer>; headers: Record<string, string> } {
  const head = new TextEncoder().encode(JSON.stringify(json));
  const body = new Uint8Array(head.length + bytes.length);
  body.set(head);
  body.set(bytes, head.length);
  return { body, headers: { 'inference-header-content-length': String(head.length) } };
}

function expectError(answer: Answer, status: number, words: RegExp): void {
  expect(answer.status).toBe(status);
  expect(answer.type).toMatch(/^application\/json/);
  expect(Object.keys(answer.body as object)).toEqual(['error']);
  expect((answer.body as { error: string }).error).toMatch(words);
}

const probabilities = async (): Promise<number[][]> => {
  const answer = await client.predict({ model: 'scaled-logistic', method: 'predict_proba', inputs: ROWS });
  return (answer.body as { predictions: number[][] }).predictions;
};

describe('what there is', () => {
  test('server, health, models', async () => {
    expect((await client.send('GET', '/v2')).body).toMatchObject({ name: 'chamfer' });
    expect((await client.send('GET', '/v2/health/live')).body).toEqual({ live: true });
    expect((await client.send('GET', '/v2/health/ready')).body).toEqual({ ready: true });
    const { models } = (await client.send('GET', '/v2/models')).body as { models: string[] };
    expect(models).toEqual(expect.arrayContaining(['scaled-logistic', 'neighbours']));
  });

  test('a model, with and without its version; another version is none', async () => {
    const { body } = await client.send('GET', MODEL);
    const { versions, inputs, outputs } = body as {
      versions: string[];
      inputs: unknown;
      outputs: { name: string; datatype: string }[];
    };
    expect(inputs).toEqual([{ name: 'inputs', datatype: 'FP64', shape: [-1, 4] }]);
    expect(outputs[0]).toEqual({ name: 'predict', datatype: 'BYTES', shape: [-1] });
    for (const [path, status] of [
      [`${MODEL}/versions/${versions[0]}`, 200],
      [`${MODEL}/versions/${versions[0]}/ready`, 200],
      [`${MODEL}/versions/${versions[0]}/config`, 200],
      [`${MODEL}/versions/none`, 404],
      [`${MODEL}/versions/none/ready`, 404],
      ['/v2/models/none', 404],
      ['/v2/models/none/stats', 404],
    ] as const) {
      expect((await client.send('GET', path)).status, path).toBe(status);
    }
  });

  test('the configuration has the types in the words of Triton', async () => {
    const { body } = await client.send('GET', `${MODEL}/config`);
    expect(body).toMatchObject({
      max_batch_size: 0,
      input: [{ name: 'inputs', data_type: 'TYPE_FP64', dims: [-1, 4] }],
      output: expect.arrayContaining([{ name: 'predict', data_type: 'TYPE_STRING', dims: [-1] }]),
    });
  });

  test('the repository, and only what is ready of it where asked', async () => {
    const all = (await client.send('POST', '/v2/repository/index')).body as object[];
    expect(all).toContainEqual(expect.objectContaining({ name: 'neighbours', state: 'READY', reason: '' }));
    expect((await client.send('POST', '/v2/repository/index', { body: '{"ready":true}' })).body).toEqual(all);
    expectError(await client.send('POST', '/v2/repository/index', { body: '[]' }), 400, /no JSON object/);
  });

  test('what is not there, and what may not be done', async () => {
    expectError(await client.send('GET', '/v2/nothing'), 404, /nothing at \/v2\/nothing/);
    expectError(await client.send('DELETE', '/v2'), 405, /answers GET/);
  });
});

describe('inference in JSON', () => {
  test('answers what is asked for, in that order, with the id', async () => {
    const outputs = [{ name: 'predict_proba' }, { name: 'predict' }];
    const { status, body } = await infer({ id: 'a "7"', inputs: [INPUT], outputs });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      model_name: 'scaled-logistic',
      id: 'a "7"',
      outputs: [
        { name: 'predict_proba', datatype: 'FP64', shape: [2, 3], data: (await probabilities()).flat() },
        { name: 'predict', datatype: 'BYTES', shape: [2], data: ['high', 'high'] },
      ],
    });
  });

  test('answers alike at every address that means the model, and at no other', async () => {
    const body = JSON.stringify({ inputs: [INPUT] });
    const { body: expected } = await infer({ inputs: [INPUT] });
    const { model_version: version } = expected as { model_version: string };
    for (const path of [
      `${MODEL}/infer?timeout=60000`,
      '/v2/models/scaled%2Dlogistic/infer',
      `${MODEL}/versions/${version}/infer`,
      `${MODEL}/versions/${version}/infer?unknown`,
    ]) {
      expect((await client.send('POST', path, { body })).body, path).toEqual(expected);
    }
    for (const name of [':model', 'a'.repeat(150), 'none', 'scaled-logistic%20']) {
      const answer = await client.send('POST', `/v2/models/${name}/infer`, { body });
      expectError(answer, 404, /no model/);
    }
    expectError(await client.send('POST', `${MODEL}/infer/`, { body }), 404, /nothing at/);
    expectError(await client.send('GET', `${MODEL}/infer`), 405, /answers POST/);
  });

  test('answers the default method unasked, to flat data of any numeric type', async () => {
    for (const datatype of ['INT8', 'UINT64', 'FP16', 'FP32']) {
      const { body } = await infer({ inputs: [{ ...INPUT, datatype, data: ROWS.flat() }] });
      expect(body).toMatchObject({ outputs: [{ name: 'predict', data: ['high', 'high'] }] });
      expect(body).not.toHaveProperty('id');
    }
  });

  test('answers the likeliest classes with their labels', async () => {
    const outputs = [{ name: 'predict_proba', parameters: { classification: 1 } }];
    const { body } = await infer({ inputs: [INPUT], outputs });
    const [first] = await probabilities();
    expect(body).toMatchObject({ outputs: [{ datatype: 'BYTES', shape: [2, 1] }] });
    const { data } = (body as { outputs: { data: string[] }[] }).outputs[0]!;
    expect(data[0]).toBe(`${Math.max(...first!)}:0:high`);
  });

  test('counts what it answered and what it refused', async () => {
    const read = async () => {
      const { body } = await client.send('GET', `${MODEL}/stats`);
      const [found] = (body as ModelStatisticsList).model_stats;
      const { success, fail } = found!.inference_stats;
      return [found!.inference_count, success.count, fail.count];
    };
    const before = await read();
    await infer({ inputs: [INPUT] });
    await infer({ inputs: [] });
    expect(await read()).toEqual(before.map((count, at) => count + [2, 1, 1][at]!));
  });

  test.each<[string, object, number, RegExp]>([
    ['no inputs', {}, 400, /^"inputs" is missing/],
    ['an input that is missing', { inputs: [] }, 400, /input "inputs" is missing/],
    ['another name', { inputs: [{ ...INPUT, name: 'x' }] }, 400, /no input "x"/],
    ['a datatype that is none', { inputs: [{ ...INPUT, datatype: 'FP8' }] }, 400, /is no datatype/],
    ['another width', { inputs: [{ ...INPUT, shape: [4, 2], data: ROWS.flat() }] }, 400, /takes \[-1,4\]/],
    ['text', { inputs: [{ ...INPUT, datatype: 'BYTES', data: Array(8).fill('1') }] }, 400, /is BYTES/],
    ['no rows', { inputs: [{ ...INPUT, shape: [0, 4], data: [] }] }, 400, /row/],
    ['an output that is none', { inputs: [INPUT], outputs: [{ name: 'x' }] }, 400, /no output "x"/],
    [
      'an output asked for twice',
      { inputs: [INPUT], outputs: [{ name: 'predict' }, { name: 'predict' }] },
      400,
      /twice/,
    ],
    ['a negative size', { inputs: [{ ...INPUT, shape: [-1, 4] }] }, 400, /integers from 0/],
    ['parameters that are none', { inputs: [INPUT], parameters: { a: [] } }, 400, /no string, number or/],
    ['infinity', { inputs: [{ ...INPUT, shape: [1, 4], data: [1, 2, 3, 'Infinity'] }] }, 400, /infinity/i],
  ])('%s is refused', async (_, body, status, words) => {
    expectError(await infer(body), status, words);
  });

  test('what is no JSON is refused with the place', async () => {
    const answer = await client.send('POST', `${MODEL}/infer`, { body: '{"inputs": [}' });
    expectError(answer, 400, /Line 1, column 13/);
  });
});

describe('inference in bytes', () => {
  const bytes = new Uint8Array(Float64Array.from(ROWS.flat()).buffer);
  const { data: _, ...shape } = INPUT;
  const input = { ...shape, parameters: { binary_data_size: bytes.length } };

  test('both ways, for one output or all', async () => {
    for (const wanted of [
      { outputs: [{ name: 'predict_proba', parameters: { binary_data: true } }] },
      { outputs: [{ name: 'predict_proba' }], parameters: { binary_data_output: true } },
    ]) {
      const { body, headers } = binary({ inputs: [input], ...wanted }, bytes);
      const answer = await client.send('POST', `${MODEL}/infer`, { body, headers });
      expect(answer.type).toBe('application/octet-stream');
      const length = Number(answer.headers.get('inference-header-content-length'));
      const whole = answer.body as ArrayBuffer;
      const head = JSON.parse(Buffer.from(whole, 0, length).toString());
      expect(head.outputs).toEqual([
        { name: 'predict_proba', datatype: 'FP64', shape: [2, 3], parameters: { binary_data_size: 48 } },
      ]);
      expect([...new Float64Array(whole.slice(length))]).toEqual((await probabilities()).flat());
    }
  });

  test('text has its length before it', async () => {
    const wanted = { inputs: [input], parameters: { binary_data_output: true } };
    const { body, headers } = binary(wanted, bytes);
    const answer = await client.send('POST', `${MODEL}/infer`, { body, headers });
    const length = Number(answer.headers.get('inference-header-content-length'));
    const tail = Buffer.from(answer.body as ArrayBuffer, length);
    expect(tail).toEqual(Buffer.from('\x04\0\0\0high\x04\0\0\0high'));
  });

  test('a body without JSON is the only input', async () => {
    const headers = { 'inference-header-content-length': '0' };
    const answer = await client.send('POST', `${MODEL}/infer`, { body: bytes, headers });
    expect(answer.status).toBe(200);
    expect(answer.type).toBe('application/octet-stream');
  });

  test.each<[string, object, Uint8Array, RegExp]>([
    ['too few bytes', { inputs: [input] }, bytes.subarray(8), /says 64 bytes; the body has 56/],
    ['too many bytes', { inputs: [input] }, new Uint8Array(70), /6 bytes more/],
    ['another size', { inputs: [{ ...input, shape: [1, 4] }] }, bytes, /has 64 bytes; 4 elements of FP64/],
    ['data as well', { inputs: [{ ...INPUT, ...input }] }, bytes, /beside "binary_data_size"/],
    [
      'a size that is none',
      { inputs: [{ ...input, parameters: { binary_data_size: -1 } }] },
      bytes,
      /no number/,
    ],
  ])('%s is refused', async (_, json, after, words) => {
    expectError(await client.send('POST', `${MODEL}/infer`, binary(json, after)), 400, words);
  });

  test.each([
    ['x', /no number of bytes/],
    ['9999', /the body has \d+ bytes/],
  ])('a header of %s is refused', async (length, words) => {
    expectError(await infer({ inputs: [] }, { 'inference-header-content-length': length }), 400, words);
  });
});

describe('compressed bodies', () => {
  const json = Buffer.from(JSON.stringify({ inputs: [INPUT] }));
  const send = (body: Uint8Array<ArrayBuffer>, encoding: string) =>
    client.send('POST', `${MODEL}/infer`, { body, headers: { 'content-encoding': encoding } });

  test('are read', async () => {
    for (const [body, encoding] of [
      [gzipSync(json), 'gzip'],
      [deflateSync(json), 'deflate'],
      [new Uint8Array(json), 'identity'],
    ] as const) {
      expect((await send(body, encoding)).status, encoding).toBe(200);
    }
  });

  test('that are none, are cut off, or are of another kind are refused', async () => {
    expectError(await send(new Uint8Array(json), 'gzip'), 400, /not compressed as its content encoding says/);
    expectError(await send(gzipSync(json).subarray(0, 40), 'gzip'), 400, /unexpected end/);
    expectError(await send(new Uint8Array(json), 'br'), 415, /send identity, gzip, deflate/);
  });

  test('that grow beyond the limit are refused before they do', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));
    expectError(await send(bomb, 'gzip'), 413, /larger than the 16777216 bytes/);
  });

  test('are answered where asked, and where it is worth it', async () => {
    const rows = 100;
    const data = Array.from({ length: rows * 4 }, (_, at) => at / 7);
    const body = JSON.stringify({
      inputs: [{ ...INPUT, shape: [rows, 4], data }],
      outputs: [{ name: 'predict_proba' }],
    });
    for (const [accept, expected] of [
      ['gzip', 'gzip'],
      ['deflate, gzip;q=0.5', 'deflate'],
      ['br, *;q=0', null],
      ['gzip;q=0', null],
    ] as const) {
      const headers = { 'accept-encoding': accept };
      const answer = await client.send('POST', `${MODEL}/infer`, { body, headers });
      expect(answer.headers.get('content-encoding'), accept).toBe(expected);
      expect(answer.body).toMatchObject({ outputs: [{ shape: [rows, 3] }] });
    }
    const short = await infer({ inputs: [INPUT] }, { 'accept-encoding': 'gzip' });
    expect(short.headers.get('content-encoding')).toBeNull();
  });
});

test('a large call is answered by a worker, bit for bit as here', async () => {
  const rows = 6000;
  const data = Float64Array.from({ length: rows * 4 }, (_, at) => Math.sin(at));
  const input = { ...INPUT, shape: [rows, 4], data: [...data] };
  const outputs = [{ name: 'predict_proba' }];
  const answer = await infer({ inputs: [input], outputs });
  const { data: found } = (answer.body as { outputs: { data: number[] }[] }).outputs[0]!;
  const first = await infer({ inputs: [{ ...input, shape: [8, 4], data: [...data.slice(0, 32)] }], outputs });
  expect(found).toHaveLength(rows * 3);
  expect(first.body).toMatchObject({ outputs: [{ data: found.slice(0, 24) }] });
});
