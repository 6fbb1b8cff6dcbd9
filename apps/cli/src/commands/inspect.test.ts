import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';
import { formatPassport } from '../inspect/format-passport.ts';
import { readPassport } from './inspect.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const FIXTURES = join(repositoryRoot, 'packages/sklearn/fixtures/estimators/1.9.1');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('chamfer inspect', () => {
  test('a model that can be served: its passport as text', async () => {
    const text = formatPassport(
      await readPassport(join(FIXTURES, 'column-transformer-named-scaler/model.pkl')),
    );
    expect(text).toContain('written as    joblib, protocol 4, not compressed');
    expect(text).toContain('scikit-learn  1.9.1');
    expect(text).toContain(
      "transformers_[0][1] 'scale': StandardScaler(with_mean=True, with_std=True, copy=True)",
    );
    expect(text).toMatch(/rows of 6 columns\n +alcohol +number\n +malic +unused\n/);
    expect(text).toMatch(/numpy\.ndarray +as array/);
    expect(text.trimEnd().endsWith('SERVABLE: nothing of the file was run.')).toBe(true);
  });

  test('one that cannot: everything at once', async () => {
    const passport = await readPassport(join(FIXTURES, 'unsupported-several/model.pkl'));
    expect(passport).toMatchObject({
      sizeBytes: 6690,
      sha256: 'b40e1a86174557a11491c378a766318cc151f6ab2de163b97ea6fcf3823231fe',
      compression: 'zlib',
      container: 'joblib',
      servable: false,
      signature: null,
    });
    expect(passport.problems).toHaveLength(3);
    expect(passport.estimators[0]!.members.map(({ path }) => path)).toEqual(['steps[0]', 'steps[1]']);
    expect(formatPassport(passport)).toMatch(/REFUSED for 3 reasons/);
  });

  test('what only rides along is listed with its place', async () => {
    const passport = await readPassport(join(FIXTURES, 'companion-own-5/model.pkl'));
    expect(passport.servable).toBe(true);
    expect(passport.inert).toContainEqual({ module: 'datetime', name: 'date', path: 'note.when' });
    expect(formatPassport(passport)).toMatch(/datetime\.date +as inert value at note\.when/);
  });

  test('an attack is named, its text is no command to the terminal', () => {
    const file = join(folder, 'attack.pkl');
    writeFileSync(file, "cos\nsystem\n(S'true'\ntR0cposix\n\x1b[2Jerase\n.");
    const { status: code, stdout } = spawnSync(process.execPath, [MAIN, 'inspect', file], {
      encoding: 'utf8',
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/os\.system +REFUSED, first at byte 0/);
    expect(stdout).toContain('posix.?[2Jerase');
    expect(stdout).not.toContain('\x1b');
    expect(stdout).toContain('REFUSED for 3 reasons.');
  });
});
