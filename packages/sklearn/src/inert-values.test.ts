/** What rides along with an estimator, as scikit-learn's own users would have it: read as data, listed, in nobody's way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inertValues } from './inert-values.ts';
import { inspectModel } from './inspect-model.ts';
import { readPickle } from './pickle/read-pickle.ts';
import { readModel } from './read-model.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/estimators');
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const COMPANIONS = ['1.4.1.post1', '1.9.1'].flatMap((version) =>
  readdirSync(join(FIXTURES, version))
    .filter((name) => name.startsWith('companion-'))
    .map((name) => `${version}/${name}`),
);

describe('objects that ride along', () => {
  test.each(COMPANIONS)('%s is served, and every inert name listed with its place', async (name) => {
    const { problems, model, globals, inert } = await inspectModel(
      readFileSync(join(FIXTURES, name, 'model.pkl')),
    );
    expect(problems).toEqual([]);
    expect(model).not.toBeNull();
    const listed = globals.filter(({ role }) => role === 'inert value');
    // Generators are known by name; a function stands where it was found and is then left out by a cut.
    expect(inert.length).toBeGreaterThanOrEqual(
      name.includes('generators') ? 1 : Math.ceil(listed.length / 2),
    );
    for (const { path } of inert) expect(path).not.toBe('');
  });

  test('the place is the path in the estimator', async () => {
    const file = readFileSync(join(FIXTURES, '1.9.1/companion-own-5/model.pkl'));
    const { inert } = await inspectModel(file);
    expect(inert).toEqual([
      { module: '__main__', name: 'Note', path: 'note' },
      { module: 'datetime', name: 'date', path: 'note.when' },
      { module: '__main__', name: 'Record', path: 'record' },
      { module: '__main__', name: 'Point', path: 'point' },
    ]);
    const search = await inspectModel(
      readFileSync(join(FIXTURES, '1.9.1/companion-randomized-search/model.pkl')),
    );
    expect(search.inert.map(({ path }) => path)).toContain('estimator.steps[0][1].note');
  });

  test('keys, items, arguments and arrays are looked into; long keys are cut', async () => {
    const own = '(cmypackage\nThing\n';
    const entry = `}(S'${'k'.repeat(100)}'\n]cmypackage\nOther\nacmypackage\nKey\nNu`;
    const { root } = await readPickle(
      bytes(`${own}\x85${entry}t.`.replace(`${own}\x85`, '(cmypackage\nThing\n)\x81')),
    );
    expect(inertValues(root)).toEqual([
      { module: 'mypackage', name: 'Thing', path: '[0]' },
      { module: 'mypackage', name: 'Other', path: `[1]["${'k'.repeat(80)}"][0]` },
      { module: 'mypackage', name: 'Key', path: '[1][...]' },
    ]);
  });
});

describe('where the prediction needs it', () => {
  /** A binarizer whose threshold is what `value` leaves. */
  const binarizer = (value: string): Uint8Array =>
    bytes(
      `csklearn.preprocessing._data\nBinarizer\n)\x81}(S'threshold'\n${value}S'copy'\nI01\nS'n_features_in_'\nK\x02S'_sklearn_version'\nS'1.9.1'\nub.`,
    );

  test.each([
    ['cdecimal\nDecimal\nS"0.5"\n\x85R', 'decimal.Decimal'],
    ['cmypackage\nThing\n)\x81', 'mypackage.Thing'],
    ['cmypackage\nfunction\n', 'mypackage.function'],
  ])('%j is not supported, by its path', async (value, what) => {
    await expect(readModel(binarizer('G\x3f\xe0\0\0\0\0\0\0'))).resolves.toBeDefined();
    await expect(readModel(binarizer(value))).rejects.toMatchObject({
      code: 'ESTIMATOR_UNSUPPORTED',
      path: 'threshold',
      message: expect.stringContaining(what),
      unsupported: [{ path: 'threshold', what: expect.stringContaining(what) }],
    });
  });

  test("an estimator of a class of one's own is named with its module", async () => {
    const step = "(S'mine'\ncmypackage.models\nModel\n)\x81t";
    const file = `csklearn.pipeline\nPipeline\n)\x81}(S'steps'\n](${step}eS'_sklearn_version'\nS'1.9.1'\nub.`;
    await expect(readModel(bytes(file))).rejects.toMatchObject({
      code: 'ESTIMATOR_UNSUPPORTED',
      unsupported: [{ path: 'steps[0]', what: 'mypackage.models.Model' }],
    });
  });
});

describe('what leads back to itself', () => {
  const thing = 'cmypackage\nThing\n)\x81q\x00';

  test('is emptied where it is inert', async () => {
    const { root } = await readPickle(bytes(`${thing}}S'itself'\nh\x00sb.`));
    expect(root).toMatchObject({ kind: 'object', state: undefined });
    // In a list of its own, which the file has beside it as well: there the list is shown, and is no cycle any more.
    const both = await readPickle(bytes(`${thing}}S'list'\n]q\x01h\x00asbh\x01\x86.`));
    expect(both.root).toMatchObject({ items: [{ state: undefined }, { kind: 'list' }] });
  });

  test('is refused where it is not', async () => {
    const contains = { code: 'PICKLE_MALFORMED', message: expect.stringMatching(/contains itself/) };
    await expect(readPickle(bytes(']q\x00h\x00a.'))).rejects.toMatchObject(contains);
    // The list that contains itself stands outside the inert object too.
    const inside = `${thing}}S'list'\n]q\x01h\x01asb`;
    await expect(readPickle(bytes(`${inside}.`))).resolves.toMatchObject({ root: { state: undefined } });
    await expect(readPickle(bytes(`${inside}h\x01\x86.`))).rejects.toMatchObject(contains);
  });

  test('takes no time, however many ways lead there', async () => {
    // A long list that contains itself, in a thousand inert objects.
    const list = `](${'N'.repeat(200_000)}eq\x01h\x01a`;
    const holders = 'cmypackage\nThing\n)\x81h\x01b'.repeat(1_000);
    const started = process.cpuUsage();
    const { root } = await readPickle(bytes(`${list}0(${holders}t.`));
    expect(root).toMatchObject({ kind: 'tuple' });
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });
});
