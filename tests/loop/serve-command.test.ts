/** `chamfer serve`: the site of a model in pieces, which ends with the command that started it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { startProcess } from './site-process.ts';

const CHAMFER = join(repositoryRoot, 'apps/cli/bin/chamfer.mjs');
const CHAINS = join(repositoryRoot, 'packages/sklearn/fixtures/chains');

let data = '';
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'chamfer-serve-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

test('rows go through the files in their order, and SIGTERM ends the site too', async () => {
  const files = [join(CHAINS, 'vectorizer.pkl'), '--then', join(CHAINS, 'text-model.pkl')];
  const places = ['--port', '0', '--grpc-port', 'off', '--data', data];
  const site = startProcess([CHAMFER, 'serve', ...files, ...places]);
  const url = await site.ready;
  const { text } = JSON.parse(readFileSync(join(CHAINS, 'cases.json'), 'utf8')) as {
    text: { input: string[]; output: number[][] };
  };
  const answer = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: text.input, method: 'predict_proba' }),
  });
  const { predictions } = (await answer.json()) as { predictions: number[][] };
  for (const [i, row] of text.output.entries()) {
    for (const [j, value] of row.entries()) expect(predictions[i]![j]).toBeCloseTo(value, 12);
  }
  site.child.kill('SIGTERM');
  expect(await site.ended).toBe(0);
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
});
