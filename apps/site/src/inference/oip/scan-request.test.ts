import { DATATYPES } from '@chamfer/contracts/datatypes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editedText } from '../../../fixtures/edited-text.ts';
import { SiteError } from '../../errors.ts';
import { decodeJsonCall } from './json-request.ts';
import { NumberElements, scanRequest } from './scan-request.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** What comes of a body, or the words it is refused with. */
function outcomeOf(text: string): unknown {
  const target = { model: 'm', version: null, headerBytes: null };
  try {
    return decodeJsonCall(encode(text), target, { inputs: [], outputs: [] });
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    return { code: error.code, path: error.path, message: error.message };
  }
}

/** The same as JSON, with a field that nobody looks at, whose escape leaves all of it to `JSON.parse`. */
function unscanned(text: string): string {
  const at = text.indexOf('{') + 1;
  return `${text.slice(0, at)}"\\u0021":0${/^\s*\}/.test(text.slice(at)) ? '' : ','}${text.slice(at)}`;
}

/** Holds a body to the outcome that it has by way of `JSON.parse`, to the last bit. Whether it was scanned. */
function expectSame(text: string): boolean {
  const isScanned = scanRequest(encode(text)) !== null;
  if (!isScanned) return false;
  expect(scanRequest(encode(unscanned(text)))).toBeNull();
  const [found, expected] = [outcomeOf(text), outcomeOf(unscanned(text))] as {
    inputs?: { data: object }[];
  }[];
  expect(found, text).toEqual(expected);
  for (const [at, { data }] of (expected!.inputs ?? []).entries()) {
    const other = found!.inputs![at]!.data as Float64Array;
    expect(other.constructor, text).toBe(data.constructor);
    expect(Array.from(data as Float64Array).every((value, i) => Object.is(other[i], value))).toBe(true);
  }
  return true;
}

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -300, max: 70_000 }),
  fc.constantFrom(
    -0,
    0,
    1,
    255,
    256,
    -128,
    65_504,
    65_520,
    3.5e38,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    -(2 ** 63),
  ),
);

function nest(flat: readonly unknown[], shape: readonly number[]): unknown {
  if (shape.length <= 1) return flat;
  const size = flat.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, at) =>
    nest(flat.slice(at * size, (at + 1) * size), shape.slice(1)),
  );
}

/** Inputs that mostly fit their shapes, flat or nested. */
const inputs = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    stated: fc.constantFrom(0, 0, 0, 1),
    datatype: fc.constantFrom(...DATATYPES, 'FP64', 'FP64', 'FP8'),
    isNested: fc.boolean(),
    name: fc.constantFrom('inputs', 'x', 'a b {[,:]}'),
  })
  .chain(({ shape, stated, datatype, isNested, name }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.array(numbers, { minLength: length, maxLength: length }).map((flat) => ({
      name,
      shape: [shape[0]! + stated, ...shape.slice(1)],
      datatype,
      data: isNested ? nest(flat, shape) : flat,
    }));
  });

const requests = fc.record(
  {
    id: fc.constantFrom('', 'a', 'call-7'),
    inputs: fc.array(inputs, { maxLength: 3 }),
    outputs: fc.array(
      fc.record(
        {
          name: fc.constantFrom('predict', 'y'),
          parameters: fc.record(
            { binary_data: fc.boolean(), classification: fc.integer({ min: 0, max: 3 }) },
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: ['name'] },
      ),
      { maxLength: 2 },
    ),
    parameters: fc.record({ binary_data_output: fc.boolean(), timeout: fc.nat(), data: fc.nat() }),
  },
  { requiredKeys: [] },
);

test('ordinary bodies are scanned, and come to the call or the refusal that JSON.parse leads to', () => {
  const space = fc.constantFrom(undefined, 1, '\t', '\r\n');
  fc.assert(
    fc.property(requests, space, (request, indent) => {
      const text = JSON.stringify(request, null, indent);
      expect(expectSame(text), text).toBe(true);
      expect(expectSame(` \n${text}\r\n `), text).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('integers beyond the safe ones keep their digits', () => {
  for (const digits of ['9007199254740993', '9223372036854775807', '-9223372036854775808']) {
    const text = `{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[${digits}]}]}`;
    expect(expectSame(text)).toBe(true);
    expect(outcomeOf(text)).toMatchObject({ inputs: [{ data: BigInt64Array.of(BigInt(digits)) }] });
  }
});

test('elements can be had as JSON has them', () => {
  const request = scanRequest(encode('{"data":[[[1,2]],[[3,-0]]]}')) as { data: NumberElements };
  expect(request.data).toEqual(
    new NumberElements({ data: new Float64Array([1, 2, 3, -0]), sizes: [2, 1, 2] }),
  );
  expect(request.data.nested()).toEqual([[[1, 2]], [[3, -0]]]);
});

test.each([
  '',
  '{',
  '}',
  '[]',
  '{"a":null}',
  '{"a":1.5}',
  '{"a":-1}',
  '{"a":01}',
  '{"a":1e3}',
  '{"a":1234567890123456}',
  '{"a":tru}',
  '{"a":truefalse}',
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"a":1}}',
  '{"a":[1,]}',
  '{"a":[1 2]}',
  '{"a" 1}',
  '{"a":"\\n"}',
  '{"a":"Gr\u00f6\u00dfe"}',
  '{"__proto__":1}',
  '{"toString":1}',
  '{"data":[]}',
  '{"data":[[]]}',
  '{"data":[1,[2]]}',
  '{"data":[[1],2]}',
  '{"data":[[1],[2,3]]}',
  '{"data":[[[1]],[2]]}',
  '{"data":[[1],[[2]]]}',
  '{"data":["1"]}',
  '{"data":[null]}',
  '{"data":[true]}',
  '{"data":[1e999]}',
  '{"data":[NaN]}',
  '{"data":[1}',
  '{"data":[[1]}',
  `{"data":${'['.repeat(40)}1${']'.repeat(40)}}`,
  `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`,
])('%j is left to JSON.parse', (text) => {
  expect(scanRequest(encode(text))).toBeNull();
});

test('a mistake anywhere in an ordinary body is never taken for something else', () => {
  const body =
    '{"id":"7","inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[[1.5,-2e3],[0,4]]}],"outputs":[{"name":"y","parameters":{"binary_data":false}}]}';
  fc.assert(
    fc.property(
      editedText(body, '0123456789.-+eE"\\,:[]{} \ntruefalsedatainputs'),
      (text) => void expectSame(text),
    ),
    {
      numRuns: 20_000,
    },
  );
});
