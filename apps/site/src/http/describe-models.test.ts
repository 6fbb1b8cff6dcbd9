import type { ModelInfo } from '@chamfer/contracts';
import Schema from 'typebox/schema';
import { expect, test } from 'vitest';
import { describeModels } from './describe-models.ts';

const OUTPUT = { name: 'predict', datatype: 'FP64' as const, shape: [-1] };
const INFO = { name: 'cost', version: '1', description: '', runtime: 'sklearn', className: 'Pipeline' };

function modelOf(signature: Omit<ModelInfo['signature'], 'methods' | 'defaultMethod'>): ModelInfo {
  const whole = { ...signature, methods: { predict: OUTPUT }, defaultMethod: 'predict' };
  return { ...INFO, sha256: '', sizeBytes: 1, isDefault: true, signature: whole };
}

function rowTest(model: ModelInfo): (row: unknown) => boolean {
  const schema = describeModels([model]).schemas['Row.cost']!;
  return (row) => Schema.Check(schema, row);
}

const TABLE = modelOf({
  rows: 'table',
  input: { name: 'inputs', datatype: 'BYTES', shape: [-1, 3], columns: ['material', 'mass', 'note'] },
  columnKinds: [
    { kind: 'category', categories: ['steel', 'brass', null] },
    { kind: 'number' },
    { kind: 'unused' },
  ],
});

test('a row of a table is told by its columns: names, kinds, known categories', () => {
  const isRow = rowTest(TABLE);
  expect([isRow({ material: 'steel', mass: 2 }), isRow(['zinc', null, 3])]).toEqual([true, true]);
  expect([isRow({ material: 'steel' }), isRow({ material: 1, mass: 2 }), isRow(['steel', 2])]).toEqual([
    false,
    false,
    false,
  ]);
  expect(JSON.stringify(describeModels([TABLE]).schemas)).toContain('known are \\"steel\\", \\"brass\\"');
});

test('each model has a request to try that its own schema takes', () => {
  const { examples } = describeModels([TABLE]);
  expect(examples).toEqual({
    cost: {
      summary: 'One row for cost',
      value: { model: 'cost', inputs: [{ material: 'steel', mass: 1, note: null }] },
    },
  });
  expect(rowTest(TABLE)({ material: 'steel', mass: 1, note: null })).toBe(true);
});

test('of a wide model only the width is told, of a text that it is one', () => {
  const wide = modelOf({ input: { name: 'inputs', datatype: 'FP64', shape: [-1, 1479] } });
  expect(describeModels([wide]).examples).toEqual({});
  expect(rowTest(wide)(new Array(1479).fill(0))).toBe(true);
  expect(rowTest(wide)([0])).toBe(false);
  const text = modelOf({ rows: 'text', input: { name: 'inputs', datatype: 'BYTES', shape: [-1] } });
  expect([rowTest(text)('a text'), rowTest(text)(['a text'])]).toEqual([true, false]);
});
