import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editedText } from '../../fixtures/edited-text.ts';
import { scanCall } from './scan-call.ts';

const scan = (text: string): ReturnType<typeof scanCall> => scanCall(new TextEncoder().encode(text));

/** Holds whatever is scanned to what `JSON.parse` makes of it. */
function expectSame(text: string): boolean {
  const call = scan(text);
  if (call === null) return false;
  const { inputs, ...names } = JSON.parse(text) as { inputs: number[][]; model?: string; method?: string };
  expect({ model: call.model, method: call.method }).toEqual({
    model: undefined,
    method: undefined,
    ...names,
  });
  expect(call.inputs!.rows).toBe(inputs.length);
  expect(call.inputs!.columns).toBe(inputs[0]!.length);
  const flat = inputs.flat();
  expect(call.inputs!.data.every((value, at) => Object.is(value, flat[at]))).toBe(true);
  return true;
}

const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(numbers, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );
const names = fc.string({ unit: fc.constantFrom(...'abz-09_. {}[],:'), maxLength: 12 });

test('ordinary bodies are scanned, whatever their order and white space', () => {
  const call = fc.record({ inputs: matrix, model: names, method: names }, { requiredKeys: ['inputs'] });
  const order = fc.shuffledSubarray(['inputs', 'model', 'method'], { minLength: 3 });
  fc.assert(
    fc.property(call, order, fc.constantFrom(undefined, 1, '\t', '\r\n'), (fields, keys, space) => {
      const text = JSON.stringify(
        Object.fromEntries(
          keys.filter((key) => Object.hasOwn(fields, key)).map((key) => [key, fields[key as 'inputs']]),
        ),
        null,
        space,
      );
      expect(expectSame(text), text).toBe(true);
      expect(expectSame(` \n${text}\r\n `), text).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('more numbers than were ever kept', () => {
  const inputs = Array.from({ length: 2000 }, (_, row) =>
    Array.from({ length: 50 }, (_, column) => row / 7 - column),
  );
  expect(expectSame(JSON.stringify({ inputs }))).toBe(true);
  expect(expectSame('{"inputs":[[1,2]]}')).toBe(true);
});

test('rows can be had as JSON has them', () => {
  expect(scan('{"inputs":[[1,2],[3,-0]]}')!.inputs!.nested()).toEqual([
    [1, 2],
    [3, -0],
  ]);
});

test('rows stand in memory that the next call is read into', () => {
  const first = scan('{"inputs":[[1,2],[3,4]]}')!.inputs!;
  const { buffer } = scan('{"inputs":[[5,6],[7,8]]}')!.inputs!.data;
  expect(first.data.buffer).toBe(buffer);
  expect(first.data.byteLength).toBeLessThan(buffer.byteLength);
});

test.each([
  '',
  '{}',
  '[]',
  '{"inputs":[]}',
  '{"inputs":[[]]}',
  '{"inputs":[[1],[]]}',
  '{"inputs":[[1,2],[3]]}',
  '{"inputs":[[1],[2,3]]}',
  '{"inputs":[[1]],}',
  '{"inputs":[[1],]}',
  '{"inputs":[[1,]]}',
  '{"inputs":[[1]]}}',
  '{"inputs":[[1]]',
  '{"inputs":[[1]}',
  '{"inputs":[[1e999]]}',
  '{"inputs":[[null]]}',
  '{"inputs":[["1"]]}',
  '{"inputs":[1]}',
  '{"inputs":[[[1]]]}',
  '{"inputs":[[1]],"inputs":[[2]]}',
  '{"inputs":[[1]],"model":"a","model":"b"}',
  '{"inputs":[[1]],"model":3}',
  '{"inputs":[[1]],"model":"a\\n"}',
  '{"inputs":[[1]],"model":"Gr\u00f6\u00dfe"}',
  '{"inputs":[[1]],"other":"a"}',
  '{"inputs":[[1]],"__proto__":"a"}',
  '{"\\u0069nputs":[[1]]}',
  '\ufeff{"inputs":[[1]]}',
  '{"inputs":[[1]]} x',
  '{"inputs" [[1]]}',
  '{"inputs":[[1]] "model":"a"}',
  '{"inputs":[[1] [2]]}',
  '{"model":"a"}',
  '{"inputs":[[1]],"model":"a',
  '}',
  '{"inputs":[[1',
  '{"inputs":[[1 }',
])('%j is left to JSON.parse', (text) => {
  expect(scan(text)).toBeNull();
});

test('a mistake anywhere in an ordinary body is never taken for something else', () => {
  const body = '{"inputs": [[1.5, -2e3], [0, 4]], "model": "m", "method": "predict"}';
  fc.assert(
    fc.property(editedText(body, '0123456789.-+eE"\\,:[]{} \nxinputs'), (text) => void expectSame(text)),
    {
      numRuns: 20_000,
    },
  );
});
