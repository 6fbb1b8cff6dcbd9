import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';
import { certify, formatCertificate } from './parity.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
/** Recorded with examples/record_cases.py, as its users do. */
const MODEL = join(import.meta.dirname, '../../fixtures/parity/model.pkl');
const CASES = join(import.meta.dirname, '../../fixtures/parity/cases.json');
const UNSUPPORTED = join(
  repositoryRoot,
  'packages/sklearn/fixtures/estimators/1.9.1/unsupported-several/model.pkl',
);

describe('chamfer parity', () => {
  test('the recorded answers of scikit-learn are answered here', async () => {
    const certificate = await certify(MODEL, CASES, { rtol: 1e-9 });
    expect(certificate).toMatchObject({
      verdict: 'same',
      model: {
        className: 'Pipeline',
        sklearnVersion: '1.9.1',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      methods: [
        { method: 'predict', worst: 0, verdict: 'same' },
        { method: 'predict_proba' },
        { method: 'predict_log_proba' },
        { method: 'decision_function' },
      ],
      problems: [],
    });
    const text = formatCertificate(certificate);
    expect(text).toContain('Pipeline of scikit-learn 1.9.1');
    expect(text).toMatch(/^same +predict_proba +15 rows in 1 case, worst difference \d\.\de-\d\d$/m);
    expect(text.trimEnd().endsWith('SAME within 1e-9')).toBe(true);
  });

  test('a model that cannot be served: everything at once', async () => {
    const certificate = await certify(UNSUPPORTED, CASES, { rtol: 1e-9 });
    expect(certificate).toMatchObject({ verdict: 'refused', methods: [] });
    const text = formatCertificate(certificate);
    expect(text.match(/ESTIMATOR_UNSUPPORTED/g)).toHaveLength(3);
    expect(text.trimEnd().endsWith('REFUSED')).toBe(true);
  });

  test('what differs: exit code 1, and a certificate as JSON', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [MAIN, 'parity', MODEL, CASES, '--rtol', '0', '--json'],
      { encoding: 'utf8' },
    );
    const certificate = JSON.parse(stdout);
    expect([status, certificate.verdict, certificate.rtol]).toEqual([1, 'differs', 0]);
    expect(certificate.methods[1].detail).toMatch(/^cases\[1\]\.output\[\d+\]\[\d\]: recorded /);
  });
});
