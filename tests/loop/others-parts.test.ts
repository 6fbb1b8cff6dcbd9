/** STL files that nobody here made, several broken on purpose: each gets recommendations or a clear refusal. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, RecommendationResponse } from '@chamfer/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { type RunningSite, startSite } from '../start-site.ts';

const FOLDER = join(repositoryRoot, 'node_modules', 'stl-models');
const files = globSync('*/*.stl', { cwd: FOLDER }).sort();

let site: RunningSite;
beforeAll(async () => {
  site = await startSite();
});
afterAll(async () => {
  await site?.stop();
});

test('there are files to try', () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)('%s', async (file) => {
  const response = await fetch(
    `${site.url}/api/v1/recommendations?k=10&filename=${encodeURIComponent(file)}`,
    {
      method: 'POST',
      headers: { 'content-type': 'model/stl' },
      body: readFileSync(join(FOLDER, file)),
    },
  );
  if (response.ok) {
    const answer = (await response.json()) as RecommendationResponse;
    expect(answer.recommendations).toHaveLength(10);
    for (const { score } of answer.recommendations) expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-6);
  } else {
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await response.json()) as Problem;
    expect(problem.code).toMatch(/^[A-Z_]+$/);
    expect(problem.detail.length).toBeGreaterThan(20);
  }
});
