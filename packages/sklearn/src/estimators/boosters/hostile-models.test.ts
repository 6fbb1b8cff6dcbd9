/** The bytes and texts inside boosters with single bytes changed, cut, or replaced by documents that lie. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SklearnError } from '../../errors.ts';
import { readPickle } from '../../pickle/read-pickle.ts';
import type { PickleObject, PickleValue } from '../../pickle/value.ts';
import { loadEstimator } from '../load-estimator.ts';
import { ESTIMATOR_GLOBALS } from '../registry.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/estimators/1.4.1.post1');
const MUTANTS = 400;
/** Of the processor, so that a busy machine is no fault. */
const PROCESSOR_MS_MAX = 1_000;

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The entry of the booster's state that holds the model. */
async function openModel(name: string): Promise<{ root: PickleValue; entry: [PickleValue, PickleValue] }> {
  const { root } = await readPickle(readFileSync(join(FIXTURES, name, 'model.pkl')), {
    allowed: ESTIMATOR_GLOBALS,
  });
  const booster = entriesOf(root).find(([key]) => key === '_Booster')![1];
  return { root, entry: entriesOf(booster).find(([key]) => key === 'handle' || key === '_handle')! };
}

function entriesOf(value: PickleValue): [PickleValue, PickleValue][] {
  return ((value as PickleObject).state as { entries: [PickleValue, PickleValue][] }).entries;
}

function loadAndRun(root: PickleValue): string {
  const started = processorMs();
  try {
    const { estimator } = loadEstimator(root);
    const columns = estimator.columns!;
    if (columns > 1_000) return 'answered';
    for (const method of Object.values(estimator.methods)) {
      const output = method.run({ data: new Float64Array(2 * columns).fill(1.5), rows: 2, columns });
      if (output.kind === 'labels') expect(output.values).not.toContain(undefined);
    }
    return 'answered';
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    return error.code;
  } finally {
    expect(processorMs() - started).toBeLessThan(PROCESSOR_MS_MAX);
  }
}

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each([
  'lgbm-classifier-missing',
  'lgbm-regressor-categories',
  'lgbm-regressor-linear',
  'xgb-classifier-dart',
  'xgb-classifier-json',
  'xgb-regressor-categories',
  'xgb-regressor-linear',
])('%s', (name) => {
  test('single bytes changed, and cuts', async () => {
    const { root, entry } = await openModel(name);
    const whole = entry[1];
    const isText = typeof whole === 'string';
    const bytes = isText ? new TextEncoder().encode(whole) : (whole as Uint8Array);
    const outcomes = new Map<string, number>();
    const random = createRandom(1);
    for (let i = 0; i < MUTANTS; i++) {
      const mutant = i % 8 === 0 ? bytes.slice(0, random(bytes.length)) : bytes.slice();
      for (let k = 0; k <= i % 3; k++) {
        const at = random(mutant.length);
        mutant[at] = isText
          ? '0123456789-. =\ne'.charCodeAt(random(16))
          : [0xff, 0, 0x7f, 0x24, random(256)][random(5)]!;
      }
      entry[1] = isText ? new TextDecoder().decode(mutant) : mutant;
      const outcome = loadAndRun(root);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    entry[1] = whole;
    expect(loadAndRun(root)).toBe('answered');
    expect(outcomes.get('ESTIMATOR_MALFORMED')).toBeGreaterThan(MUTANTS / 20);
  });

  test('something else altogether', async () => {
    const { root, entry } = await openModel(name);
    for (const value of [null, '', 'tree\nversion=v4\nend of trees\n', new Uint8Array(0), latin1('{}'), 5]) {
      entry[1] = value;
      expect(loadAndRun(root)).toMatch(/^ESTIMATOR_/);
    }
  });
});

describe('XGBoost', () => {
  test.each([
    ['nesting without end', `{${'i\x01a{'.repeat(50_000)}`, 'ESTIMATOR_MALFORMED'],
    ['JSON nested without end', `{"a":${'['.repeat(50_000)}`, 'ESTIMATOR_MALFORMED'],
    ['an array of everything', '{i\x05Model[$d#l\x7f\xff\xff\xff}', 'ESTIMATOR_MALFORMED'],
    ['a list of everything', '{i\x05Model[#l\x7f\xff\xff\xff}', 'ESTIMATOR_MALFORMED'],
    ['a negative length', '{i\xffModel}', 'ESTIMATOR_MALFORMED'],
    ['an inherited name', '{"Model":{"__proto__":{"learner":{}}}}', 'ESTIMATOR_MALFORMED'],
    ['something after the end', '{}\0', 'ESTIMATOR_MALFORMED'],
    ['the binary format of old', 'binf\0\0\0\x3f', 'ESTIMATOR_UNSUPPORTED'],
  ])('%s', async (_what, text, code) => {
    const { root, entry } = await openModel('xgb-classifier');
    entry[1] = latin1(text);
    expect(loadAndRun(root)).toBe(code);
  });

  test('a tree whose nodes form a ring', async () => {
    const { root, entry } = await openModel('xgb-classifier-json');
    const text = new TextDecoder().decode(entry[1] as Uint8Array);
    entry[1] = latin1(text.replaceAll(/"left_children":\[1,/g, '"left_children":[0,'));
    expect(loadAndRun(root)).toBe('ESTIMATOR_MALFORMED');
  });
});

test('LightGBM: a tree whose nodes form a ring', async () => {
  const { root, entry } = await openModel('lgbm-regressor');
  entry[1] = (entry[1] as string).replaceAll(/left_child=\S+/g, 'left_child=0');
  expect(loadAndRun(root)).toBe('ESTIMATOR_MALFORMED');
});

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
