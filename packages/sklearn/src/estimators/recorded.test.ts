import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Matrix, MethodName, Output, SklearnModel } from '../model.ts';
import { readModel } from '../read-model.ts';
import { readRows, rowShapeOf } from '../read-rows.ts';

/** What scikit-learn itself answered: every model of every version, as recorded by record.py beside them. */
const FIXTURES = join(import.meta.dirname, '../../fixtures/estimators');
const RTOL = 1e-9;
/** Here all models of the newest version and a sample of the others; `npm run test:recorded` takes everything. */
const IS_WHOLE = process.env.CHAMFER_RECORDED === 'all';
const SAMPLED_OF_OTHERS = 8;

type Nested = number | string | boolean | null | readonly Nested[];

interface Case {
  readonly method: MethodName;
  readonly input: readonly Nested[];
  readonly output: Nested;
}

function toNumber(value: Nested): number {
  return Number(value);
}

function shapeOf(value: Nested): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

function flat(value: Nested): (number | string | boolean | null)[] {
  return Array.isArray(value) ? value.flatMap(flat) : [value as number | string | boolean | null];
}

/** Differences count relative to the value, or to the root mean square of the whole output where that is larger. */
function worstDifference(actual: Float64Array, expected: readonly number[]): number {
  const finite = expected.filter(Number.isFinite);
  const rootMeanSquare = Math.sqrt(
    finite.reduce((sum, value) => sum + value * value, 0) / (finite.length || 1),
  );
  let worst = 0;
  for (const [i, value] of expected.entries()) {
    if (Object.is(actual[i], value) || actual[i] === value) continue;
    const difference = Math.abs(actual[i]! - value) / Math.max(Math.abs(value), rootMeanSquare);
    // NaN or infinity on one side only.
    worst = Math.max(worst, Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY);
  }
  return worst;
}

/** As JSON says it. */
function encoded(value: unknown): unknown {
  return Number.isNaN(value) ? 'NaN' : value;
}

/** Numbers may stand among the texts of a table. */
function compareLabels(actual: readonly unknown[], expected: readonly unknown[]): void {
  const isClose = (one: unknown, other: unknown): boolean =>
    typeof one === 'number' && typeof other === 'number' && Math.abs(one - other) <= RTOL * Math.abs(other);
  expect(actual.map((one, i) => (isClose(one, expected[i]) ? expected[i] : one))).toEqual(expected);
}

function compare(actual: Output, expected: Nested): void {
  if (actual.kind === 'list') {
    const parts = expected as readonly Nested[];
    expect(actual.items.length).toBe(parts.length);
    for (const [i, item] of actual.items.entries()) compare(item, parts[i]!);
    return;
  }
  expect(actual.shape).toEqual(shapeOf(expected));
  if (actual.kind === 'labels') {
    compareLabels(actual.values.map(encoded), flat(expected));
  } else if (actual.integer) {
    expect([...actual.data]).toEqual(flat(expected));
  } else {
    expect(worstDifference(actual.data, flat(expected).map(toNumber))).toBeLessThanOrEqual(RTOL);
  }
}

/** The signature must say what the answer then is. */
function compareSignature(model: SklearnModel, method: MethodName, X: Matrix, output: Output): void {
  const signature = model.signature.methods[method]!;
  const parts = signature.parts ?? [signature];
  const items = output.kind === 'list' ? output.items : [output];
  expect(X.columns).toBe(signature.columns ?? model.signature.columns ?? X.columns);
  for (const [i, item] of items.entries()) {
    if (item.kind === 'list') throw new Error('A list in a list.');
    expect(item.shape).toEqual(parts[i]!.shape.map((size, axis) => (size === -1 ? item.shape[axis] : size)));
    if (item.kind === 'numbers') expect(parts[i]!.datatype).toBe(item.integer ? 'INT64' : 'FP64');
  }
}

const versions = readdirSync(FIXTURES).filter((name) => /^\d/.test(name));
versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

for (const version of versions) {
  describe(`scikit-learn ${version}`, () => {
    for (const [index, name] of readdirSync(join(FIXTURES, version)).entries()) {
      const folder = join(FIXTURES, version, name);
      if (!existsSync(join(folder, 'cases.json'))) continue;
      if (!IS_WHOLE && version !== versions.at(-1) && index % SAMPLED_OF_OTHERS !== 0) continue;
      test(name, async () => {
        const model = await readModel(readFileSync(join(folder, 'model.pkl')));
        const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: Case[] };
        // LightGBM, XGBoost and feature_engine do not write scikit-learn's version.
        const isForeign = /^(lgbm-|xgb-|fe-(?!pipeline))/.test(name);
        expect(model.sklearnVersion).toBe(isForeign ? null : version);
        expect(cases.length).toBeGreaterThan(0);
        for (const { method, input, output } of cases) {
          const X = readRows(input, rowShapeOf(model.signature, method));
          const actual = model.run(method, X);
          compare(actual, output);
          compareSignature(model, method, X, actual);
        }
      });
    }
  });
}
