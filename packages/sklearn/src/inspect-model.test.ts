import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectModel } from './inspect-model.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/estimators/1.9.1');
const model = (name: string) => readFileSync(join(FIXTURES, name, 'model.pkl'));
const pickle = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('inspectModel', () => {
  test('loads what has nothing wrong with it, and says what each name is let through as', async () => {
    const inspection = await inspectModel(model('pipeline-logistic'));
    expect(inspection).toMatchObject({ compression: 'none', container: 'pickle', protocol: 4, problems: [] });
    expect(inspection.sklearnVersion).toBe('1.9.1');
    expect(inspection.model!.signature.columns).toBe(13);
    const roles = new Map(inspection.globals.map(({ name, role }) => [name, role]));
    expect(roles.get('LogisticRegression')).toBe('estimator');
    expect(roles.get('ndarray')).toBe('array');
    expect(inspection.globals.every(({ role }) => role !== 'refused')).toBe(true);
  });

  test('lists every unsupported estimator with its path', async () => {
    const { problems, model: loaded, globals } = await inspectModel(model('unsupported-several'));
    expect(problems.map(({ path }) => path)).toEqual([
      'steps[0]',
      'steps[1].steps[0].init_',
      'steps[1].steps[2]',
    ]);
    expect(loaded).toBeNull();
    expect(globals.filter(({ role }) => role === 'unsupported estimator').map(({ name }) => name)).toEqual([
      'DBSCAN',
      'TSNE',
    ]);
  });

  test('lists every refused name, dotted ones too, and goes on behind each', async () => {
    const file = "(cos\nsystem\n(S'id'\ntRcbuiltins\neval\ncnumpy\ncore.os.system\nl.";
    const { problems, globals, root, model: loaded } = await inspectModel(pickle(file));
    expect(root).toMatchObject({ kind: 'list', items: [{ kind: 'object' }, {}, {}] });
    expect(loaded).toBeNull();
    expect(globals.map(({ role, offsetBytes }) => [role, offsetBytes])).toEqual([
      ['refused', 1],
      ['refused', 21],
      ['refused', 36],
    ]);
    expect(problems.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 3 }, () => 'PICKLE_FORBIDDEN_GLOBAL'),
      'ESTIMATOR_UNSUPPORTED',
    ]);
  });

  test('keeps the names seen before the file breaks off', async () => {
    const { problems, globals, container } = await inspectModel(pickle('cos\nsystem\n('));
    expect(globals.map(({ name }) => name)).toEqual(['system']);
    expect(problems.map(({ code }) => code)).toEqual(['PICKLE_FORBIDDEN_GLOBAL', 'PICKLE_MALFORMED']);
    expect(container).toBeNull();
  });

  test('a refused name beside a whole estimator keeps it from being loaded', async () => {
    // An estimator on the stack, a call below it that is thrown away: the root alone would look innocent.
    const innocent = model('binarizer');
    const file = new Uint8Array([
      ...innocent.subarray(0, 2),
      ...pickle('cos\nsystem\n0'),
      ...innocent.subarray(2),
    ]);
    const { problems, model: loaded } = await inspectModel(file);
    expect(loaded).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['PICKLE_FORBIDDEN_GLOBAL']);
  });

  test('lists no names without end', async () => {
    const names = Array.from({ length: 1_200 }, (_, i) => `cos\nsystem${i}\n0`).join('');
    const { globals, globalsLeftOut, problems } = await inspectModel(pickle(`${names}N.`));
    expect([globals.length, globalsLeftOut]).toEqual([1_000, 200]);
    expect(problems.length).toBeLessThanOrEqual(1_001);
  });

  test('names every unsupported estimator, however many there are', async () => {
    const steps = `(S'a'\nK\x05tq\x00${'h\x00'.repeat(149_999)}`;
    const state = `}(S'_sklearn_version'\nS'1.9.1'\nS'steps'\n](${steps}eu`;
    const { problems } = await inspectModel(pickle(`\x80\x02csklearn.pipeline\nPipeline\n)\x81${state}b.`));
    expect(problems).toHaveLength(150_000);
  });

  test('says of an unknown compression what it is', async () => {
    const { compression, problems } = await inspectModel(pickle('(\xb5/\xfd'));
    expect(compression).toBeNull();
    expect(problems).toMatchObject([{ code: expect.stringMatching(/^(COMPRESSION|PICKLE)_/) }]);
  });
});
