import { SklearnError } from '@chamfer/sklearn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import { decodePredictCall, prepareCall } from './predict-call.ts';

const METHOD = { name: 'predict', datatype: 'FP64' as const, shape: [-1] };
const SIGNATURE = {
  input: { ...METHOD, shape: [-1, 2] },
  methods: { predict: METHOD },
  defaultMethod: 'predict',
};
const INFO = {
  name: 'm',
  version: '1',
  description: '',
  runtime: 'sklearn',
  className: 'Ridge',
  sha256: '',
  sizeBytes: 1,
  isDefault: true,
  signature: SIGNATURE,
};
const RUNTIME = {
  className: 'Ridge',
  writtenBy: null,
  signature: SIGNATURE,
  tensors: { inputs: [], outputs: [] },
  infer: () => [],
  rowShapeOf: () => ({ rows: 'numbers' as const, columns: 2, columnNames: null, columnKinds: null }),
  run: () => {
    throw new Error('never asked to');
  },
};

/** The code that a body is refused with; null where it is taken. */
function verdict(body: Uint8Array): string | null {
  try {
    prepareCall(RUNTIME, INFO, decodePredictCall(body));
    return null;
  } catch (error) {
    if (error instanceof SiteError || error instanceof SklearnError) return error.code;
    throw error;
  }
}

const CODES = ['JSON_MALFORMED', 'INPUT_INVALID', 'METHOD_UNSUPPORTED'];

test('any JSON is taken or refused by a code', () => {
  const call = fc.record(
    { inputs: fc.anything(), model: fc.anything(), method: fc.anything(), extra: fc.anything() },
    { requiredKeys: ['inputs'] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), call), (value) => {
      const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? 0 : item)) ?? '';
      expect([null, ...CODES]).toContain(verdict(new TextEncoder().encode(text)));
    }),
    { numRuns: 1000 },
  );
});

test('any bytes are refused by a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      expect(CODES).toContain(verdict(noise));
    }),
  );
});

test('rows of numbers are taken', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 1 }), (inputs) => {
      expect(verdict(new TextEncoder().encode(JSON.stringify({ inputs })))).toBeNull();
    }),
  );
});

test('the place of a mistake counts bytes, lines and letters', () => {
  const body = new TextEncoder().encode('{"model": "Größe",\n "inputs": [[1,, 2]]}');
  expect(() => decodePredictCall(body)).toThrow(
    expect.objectContaining({
      message: 'Line 2, column 16: expected a value, found ",".',
      line: 2,
      offsetBytes: 36,
    }),
  );
});
