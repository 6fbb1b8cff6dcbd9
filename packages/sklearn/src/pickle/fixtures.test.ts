/** Pickles and .npy files written by Python, NumPy 1 and 2, and joblib, against what Python says they hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeNpy, readNpy } from '../numpy/npy.ts';
import { readPickle } from './read-pickle.ts';
import type { NdArray, PickleObject, PickleValue } from './value.ts';

const FIXTURES = new URL('../../fixtures/pickles/', import.meta.url);
const FOREST: ReadonlySet<string> = new Set([
  'sklearn.ensemble._forest RandomForestClassifier',
  'sklearn.tree._classes DecisionTreeClassifier',
]);

const bytesOf = (name: string): Uint8Array => readFileSync(new URL(name, FIXTURES));
const jsonOf = (name: string): unknown => JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
const filesLike = (pattern: RegExp): string[] => readdirSync(FIXTURES).filter((name) => pattern.test(name));

/** A value in the JSON spelling of `fixtures/pickles/make.py`. */
function spell(value: PickleValue): unknown {
  if (typeof value === 'number') return spellNumber(value);
  if (typeof value === 'bigint') return { int: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (typeof value !== 'object' || value === null) return value;
  switch (value.kind) {
    case 'global':
      return { global: `${value.module} ${value.name}` };
    case 'tuple':
      return { tuple: value.items.map(spell) };
    case 'set':
      return { set: value.items.map(spell) };
    case 'list':
      return value.items.map(spell);
    case 'dict':
      return { dict: value.entries.map(([key, item]) => [spell(key), spell(item)]) };
    case 'object':
      return spellObject(value);
    case 'ndarray':
      return spellArray(value);
  }
}

function spellNumber(value: number): unknown {
  if (Object.is(value, -0)) return { float: '-0' };
  return Number.isFinite(value) ? value : { float: String(value).replace('Infinity', 'inf').toLowerCase() };
}

function spellObject({ global, args, entries }: PickleObject): unknown {
  const object = `${global.module} ${global.name}`;
  if (object === 'numpy dtype') return { object };
  if (object === 'collections OrderedDict') {
    return { object, entries: entries.map(([key, item]) => [spell(key), spell(item)]) };
  }
  return { object, args: args.map(spell) };
}

function spellArray({ dtype, shape, data }: NdArray): unknown {
  const head = { array: dtype, shape };
  if ('kind' in data) {
    return {
      ...head,
      fields: Object.fromEntries([...data.fields].map(([name, item]) => [name, spellArray(item)])),
    };
  }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return { ...head, data: Array.from(data, String) };
  return { ...head, data: Array.from<PickleValue, unknown>(data, spell) };
}

describe('plain values', () => {
  test.each([0, 1, 2, 3, 4, 5])('protocol %i', async (protocol) => {
    const document = await readPickle(bytesOf(`plain-${protocol}.pkl`));
    expect(spell(document.root)).toEqual(jsonOf('plain.json'));
    expect(document).toMatchObject({ protocol, container: 'pickle', compression: 'none' });
    const objects = await readPickle(bytesOf(`objects-${protocol}.pkl`));
    expect(spell(objects.root)).toEqual(jsonOf('objects.json'));
  });

  test('dill', async () => {
    expect(spell((await readPickle(bytesOf('plain-dill.pkl'))).root)).toEqual(jsonOf('plain.json'));
    expect(spell((await readPickle(bytesOf('objects-dill.pkl'))).root)).toEqual(jsonOf('objects.json'));
    await expect(readPickle(bytesOf('function-dill.pkl'))).rejects.toMatchObject({
      code: 'PICKLE_FORBIDDEN_GLOBAL',
      message: expect.stringContaining('dill._dill _create_function'),
    });
    await expect(readPickle(bytesOf('function-type-dill.pkl'))).rejects.toMatchObject({
      code: 'PICKLE_FORBIDDEN_GLOBAL',
      message: expect.stringContaining('LambdaType'),
    });
  });

  test.each([
    '__import__("os").getpid()',
    'range(1e9)',
    'slice(1, 2, 3, 4)',
    'slice(1, 2)\n',
    `range(${'9'.repeat(400)})`,
    '',
  ])('dill is not asked to evaluate %j', async (text) => {
    const bytes = Buffer.from(`cdill._dill\n_eval_repr\n(V${text.replace('\n', '\\u000a')}\ntR.`);
    await expect(readPickle(bytes)).rejects.toMatchObject({ code: 'PICKLE_FORBIDDEN_GLOBAL' });
  });

  test('a value used twice is one value', async () => {
    const { root } = await readPickle(bytesOf('plain-4.pkl'));
    const shared = (root as Extract<PickleValue, { kind: 'dict' }>).entries.find(
      ([key]) => key === 'shared',
    )![1];
    const { items } = shared as Extract<PickleValue, { kind: 'list' }>;
    expect(items[0]).toBe(items[1]);
  });
});

describe('NumPy arrays', () => {
  const expected = jsonOf('arrays.json');

  test.each(filesLike(/^arrays-.*\.(pkl|joblib)$/))('%s', async (name) => {
    const document = await readPickle(bytesOf(name));
    expect(spell(document.root)).toEqual(expected);
    expect(document.container).toBe(name.endsWith('.joblib') ? 'joblib' : 'pickle');
    const [written] = /zlib|gzip|bz2|xz|lzma|lz4/.exec(name) ?? ['none'];
    expect(document.compression).toBe(written === 'bz2' ? 'bzip2' : written);
  });

  test('wherever the file lies in memory', async () => {
    const bytes = bytesOf('arrays-numpy2-5.joblib');
    for (let shift = 1; shift < 8; shift++) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
      shifted.set(bytes);
      expect(spell((await readPickle(shifted)).root)).toEqual(expected);
    }
  });
});

describe('estimators', () => {
  test.each(filesLike(/^forest-.*\.(pkl|joblib)$/))(
    '%s has the nodes and values of its trees',
    async (name) => {
      const { root, globals } = await readPickle(bytesOf(name), { allowed: FOREST });
      const stateOf = (value: PickleValue | undefined) => {
        const state = (value as PickleObject).state as Extract<PickleValue, { kind: 'dict' }>;
        return new Map(state.entries as [string, PickleValue][]);
      };
      const { items } = stateOf(root).get('estimators_') as Extract<PickleValue, { kind: 'list' }>;
      const trees = items.map((item) => {
        const state = stateOf(stateOf(item).get('tree_'));
        return { nodes: spell(state.get('nodes')!), values: spell(state.get('values')!) };
      });
      expect(trees).toEqual(jsonOf(name.replace(/\.\w+$/, '.json')));
      expect(globals[0]).toEqual({
        kind: 'global',
        module: 'sklearn.ensemble._forest',
        name: 'RandomForestClassifier',
      });
    },
  );

  test.each(['kd-tree-numpy1.pkl', 'kd-tree-numpy2.pkl'])('%s keeps its arrays', async (name) => {
    const { root } = await readPickle(bytesOf(name));
    const state = (root as PickleObject).state as Extract<PickleValue, { kind: 'tuple' }>;
    expect((root as PickleObject).global).toMatchObject({
      module: 'sklearn.neighbors._kd_tree',
      name: 'newObj',
    });
    expect(spell(state.items[0]!)).toMatchObject({ array: 'f8', shape: [12, 2] });
    expect(spell(state.items[2]!)).toMatchObject({ fields: { idx_start: { array: 'i8' } } });
  });

  test('an estimator that nobody listed is inert', async () => {
    const { root } = await readPickle(bytesOf('forest-numpy2.pkl'));
    expect(root).toMatchObject({ kind: 'object', global: { name: 'RandomForestClassifier', inert: true } });
  });
});

describe('.npy files', () => {
  const expected = jsonOf('npy.json') as [string, { array: string; fields?: object }][];

  test.each(expected)('%s', (name, array) => {
    const read = readNpy(bytesOf(name));
    expect(spell(read)).toEqual(array);
    const isWritable = /^([biumM]|f[48])/.test(array.array);
    if (isWritable) expect(spell(readNpy(encodeNpy(read)))).toEqual(array);
    else expect(() => encodeNpy(read)).toThrow(expect.objectContaining({ code: 'ARRAY_UNSUPPORTED' }));
  });
});
