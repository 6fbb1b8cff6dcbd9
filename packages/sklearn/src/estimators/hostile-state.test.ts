import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SklearnError } from '../errors.ts';
import type { Matrix, Output } from '../model.ts';
import { readPickle } from '../pickle/read-pickle.ts';
import type { NdArray, PickleValue } from '../pickle/value.ts';
import { Table } from '../table.ts';
import type { FittedMethod } from './definition.ts';
import { loadEstimator } from './load-estimator.ts';
import { ESTIMATOR_GLOBALS } from './registry.ts';

/**
 * Real states with one value of them replaced, over and over: each is refused with a typed error, or answers
 * within its own shape. The reader guarantees what is plain data; everything beyond is for the estimators to check.
 */
const FIXTURES = join(import.meta.dirname, '../../fixtures/estimators');
/** A few of a sample here, many of every model in `npm run test:hostile`. */
const MUTATIONS_EACH = Number(process.env.CHAMFER_MUTATIONS_EACH ?? 8);
const IS_WHOLE = MUTATIONS_EACH >= 40;
const SAMPLED = 6;
/** The newest states, and the oldest, which have attributes of their own. */
const MODELS = (IS_WHOLE ? ['1.9.1', '0.19.2'] : ['1.9.1'])
  .flatMap((version) => readdirSync(join(FIXTURES, version)).map((name) => `${version}/${name}`))
  .filter((name) => !name.includes('/unsupported'));
/** Of the processor, so that a busy machine is no fault. */
const PROCESSOR_MS_MAX = 1_000;

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** A place in the tree that can be given another value and back. */
interface Slot {
  readonly get: () => PickleValue;
  readonly set: (value: PickleValue) => void;
}

function slotsOf(value: PickleValue, slots: Slot[] = []): Slot[] {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return slots;
  const add = (container: PickleValue[], index: number): void => {
    slots.push({ get: () => container[index]!, set: (item) => (container[index] = item) });
    slotsOf(container[index]!, slots);
  };
  if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set') {
    for (const i of value.items.keys()) add(value.items as PickleValue[], i);
  } else if (value.kind === 'dict') {
    for (const entry of value.entries) add(entry, 1);
  } else if (value.kind === 'object') {
    for (const i of value.args.keys()) add(value.args as PickleValue[], i);
    slots.push({ get: () => value.state ?? null, set: (state) => (value.state = state) });
    slotsOf(value.state ?? null, slots);
  } else if (value.kind === 'ndarray') {
    addArraySlots(value, slots, add);
  }
  return slots;
}

function addArraySlots(
  array: NdArray,
  slots: Slot[],
  add: (container: PickleValue[], index: number) => void,
): void {
  const { data } = array;
  if ('kind' in data) {
    const fields = data.fields as Map<string, NdArray>;
    for (const name of fields.keys()) {
      slots.push({ get: () => fields.get(name)!, set: (column) => fields.set(name, column as NdArray) });
    }
  } else if (Array.isArray(data)) {
    for (const i of data.keys()) add(data, i);
  }
}

/** Deterministic: the same seed finds the same faults. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function arrayOf(data: Float64Array | BigInt64Array, shape: readonly number[]): NdArray {
  return { kind: 'ndarray', dtype: data instanceof Float64Array ? 'f8' : 'i8', shape, data };
}

const REPLACEMENTS: readonly PickleValue[] = [
  null,
  true,
  0,
  -1,
  2,
  1e308,
  2 ** 31,
  Number.NaN,
  2n ** 70n,
  '',
  'passthrough',
  new Uint8Array(3),
  { kind: 'list', items: [] },
  { kind: 'tuple', items: [null, null] },
  { kind: 'dict', entries: [] },
  { kind: 'global', module: 'builtins', name: 'int' },
  arrayOf(new Float64Array(0), [0]),
  arrayOf(new Float64Array(0), [0, 3]),
  arrayOf(new Float64Array([Number.NaN]), []),
  arrayOf(new Float64Array(12).fill(1e300), [3, 4]),
  arrayOf(new Float64Array(4).fill(Number.NaN), [4]),
  arrayOf(new BigInt64Array(6).fill(-5n), [6]),
  arrayOf(new Float64Array(8), [2, 2, 2]),
];

/** Another value for the same place: something else altogether, or the same array with one fault. */
function mutate(value: PickleValue, random: (below: number) => number): PickleValue {
  const isNumbers =
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'ndarray' &&
    ArrayBuffer.isView(value.data);
  if (!isNumbers || random(3) === 0) return REPLACEMENTS[random(REPLACEMENTS.length)]!;
  const array = value as NdArray & { data: Float64Array | BigInt64Array | BigUint64Array };
  const data = array.data.slice();
  const [first = 1, ...rest] = array.shape;
  switch (random(4)) {
    case 0:
      return {
        ...array,
        data: data.slice(0, Math.floor(data.length / first) * (first - 1)),
        shape: [first - 1, ...rest],
      } as NdArray;
    case 1:
      return { ...array, shape: [data.length] };
    case 2:
      return { ...array, shape: [1, data.length] };
    default: {
      const extremes = [-1, 2 ** 31 - 1, 2 ** 31, -(2 ** 40), 7, 0];
      const extreme = extremes[random(extremes.length)]!;
      const index = random(data.length);
      if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = BigInt(extreme);
      else data[index] = random(2) === 0 ? extreme : [Number.NaN, Number.POSITIVE_INFINITY][random(2)]!;
      return { ...array, data };
    }
  }
}

function checkShape(output: Output): void {
  if (output.kind === 'list') {
    for (const item of output.items) checkShape(item);
    return;
  }
  const size = output.shape.reduce((product, length) => product * length, 1);
  const values = output.kind === 'labels' ? output.values : output.data;
  expect(values.length).toBe(size);
  if (output.kind === 'labels') expect(output.values.includes(undefined as never)).toBe(false);
}

/** Loads and asks everything; says whether it was refused. */
function loadAndRun(root: PickleValue): 'refused' | 'answered' {
  try {
    const { estimator } = loadEstimator(root);
    for (const method of Object.values(estimator.methods)) {
      const columns = method.columns ?? estimator.columns ?? 4;
      const numbers = { data: new Float64Array(2 * columns).fill(1.5), rows: 2, columns };
      if (estimator.rows === undefined) checkShape(method.run(numbers));
      else {
        runTolerant(method, numbers);
        runTolerant(method, new Table(2, new Array(columns).fill(['steel', null])));
      }
    }
    return 'answered';
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    return 'refused';
  }
}

/** Where values are known by name others may be refused, which is an answer too. */
function runTolerant({ run }: FittedMethod, X: Matrix): void {
  try {
    checkShape(run(X));
  } catch (error) {
    if (!(error instanceof SklearnError) || error.code !== 'INPUT_INVALID') throw error;
  }
}

describe('one wrong value in a state', () => {
  for (const [index, name] of MODELS.entries()) {
    if (!IS_WHOLE && index % SAMPLED !== 0) continue;
    test(name, async () => {
      const { root } = await readPickle(readFileSync(join(FIXTURES, name, 'model.pkl')), {
        allowed: ESTIMATOR_GLOBALS,
      });
      expect(loadAndRun(root)).toBe('answered');
      const slots = slotsOf(root);
      const random = createRandom(index);
      for (let i = 0; i < MUTATIONS_EACH; i++) {
        const slot = slots[random(slots.length)]!;
        const before = slot.get();
        slot.set(mutate(before, random));
        const started = processorMs();
        loadAndRun(root);
        expect(processorMs() - started).toBeLessThan(PROCESSOR_MS_MAX);
        slot.set(before);
      }
    });
  }
});

/** The attributes of an object, with those of the objects in its lists: the steps of a pipeline, the trees of a forest. */
function attributesOf(value: PickleValue, depth: number, slots: Slot[] = []): Slot[] {
  if (typeof value !== 'object' || value === null || !('kind' in value) || depth === 0) return slots;
  if (value.kind === 'list' || value.kind === 'tuple') {
    // What comes after the first few is like them.
    for (const item of value.items.slice(0, 3)) attributesOf(item, depth - 1, slots);
  } else if (value.kind === 'object') {
    const { state = null } = value;
    if (typeof state !== 'object' || state === null || !('kind' in state) || state.kind !== 'dict')
      return slots;
    for (const entry of state.entries) {
      slots.push({ get: () => entry[1], set: (item) => (entry[1] = item) });
      attributesOf(entry[1], depth - 1, slots);
    }
  }
  return slots;
}

describe.runIf(IS_WHOLE)('every attribute of every class, of every wrong type', () => {
  const tried = new Set<string>();
  for (const name of IS_WHOLE ? MODELS : []) {
    test(name, async () => {
      const { root } = await readPickle(readFileSync(join(FIXTURES, name, 'model.pkl')), {
        allowed: ESTIMATOR_GLOBALS,
      });
      const slots = attributesOf(root, 4);
      // Two models of one class often have the same attributes; they are tried once.
      const { estimator } = loadEstimator(root);
      const key = `${estimator.className} ${slots.length} ${Object.keys(estimator.methods).join()}`;
      if (tried.has(key)) return;
      tried.add(key);
      for (const slot of slots) {
        const before = slot.get();
        for (const value of REPLACEMENTS) {
          slot.set(value);
          const started = processorMs();
          loadAndRun(root);
          expect(processorMs() - started).toBeLessThan(PROCESSOR_MS_MAX);
        }
        slot.set(before);
      }
    });
  }
});
