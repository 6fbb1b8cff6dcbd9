/**
 * `chamfer check`: sends a running site the golden examples that this copy of Chamfer holds, and one part, and
 * compares the answers within the tolerance stated beside them. Exit code 0 for PASS, 1 for FAIL.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@chamfer/client';
import { ClientError, createClient } from '@chamfer/client';
import { compareOutputs, type GoldenCases, type ModelInfo, type ModelManifest } from '@chamfer/contracts';
import { repositoryRoot } from '../../../../scripts/pinned-node.mjs';

const MODELS = join(repositoryRoot, 'models');
const DEMO_CATALOGUE = join(repositoryRoot, 'catalogues', 'demo');

interface CheckOptions {
  readonly url: string;
  readonly json?: boolean;
}

interface CheckResult {
  readonly title: string;
  readonly holds: boolean;
  readonly detail: string;
}

interface ShippedModel {
  readonly manifest: ModelManifest;
  readonly golden: GoldenCases;
}

/** `catalogues/demo/golden.json`: one part, and what the shipped models recommend for it. */
interface GoldenPart {
  readonly file: string;
  readonly kinds: readonly string[];
  readonly recommendations: readonly { readonly id: string; readonly score: number }[];
  readonly tolerance: number;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

async function readShippedModels(): Promise<ShippedModel[]> {
  const shipped: ShippedModel[] = [];
  for (const name of (await readdir(MODELS)).sort()) {
    for (const version of (await readdir(join(MODELS, name))).sort()) {
      const folder = join(MODELS, name, version);
      const manifest = await readJson<ModelManifest>(join(folder, 'manifest.json'));
      shipped.push({ manifest, golden: await readJson<GoldenCases>(join(folder, 'golden.json')) });
    }
  }
  return shipped;
}

async function checkModel(
  client: Client,
  shipped: ShippedModel,
  served: readonly ModelInfo[],
): Promise<CheckResult[]> {
  const { manifest, golden } = shipped;
  const title = `model ${manifest.name} ${manifest.version}`;
  const info = served.find((model) => model.name === manifest.name);
  if (info === undefined) return [{ title, holds: false, detail: 'is not served by this site' }];
  if (info.sha256 !== manifest.artifact?.sha256) {
    return [
      {
        title,
        holds: false,
        detail: `the site serves version ${info.version} with another digest: ${info.sha256}`,
      },
    ];
  }
  const results: CheckResult[] = [];
  for (const method of new Set(golden.cases.map((one) => one.method))) {
    const cases = golden.cases.filter((one) => one.method === method);
    let worst = 0;
    let complaint: string | null = null;
    for (const { input, output } of cases) {
      const answer = await client.predict({ model: manifest.name, method, inputs: input });
      const difference = compareOutputs(output, answer.predictions, golden.rtol);
      worst = Math.max(worst, difference.worst);
      const { mismatch } = difference;
      if (mismatch !== null)
        complaint ??= `${mismatch.path}: expected ${mismatch.expected}, got ${mismatch.actual}`;
    }
    const rows = cases.reduce((sum, one) => sum + one.input.length, 0);
    const agreement = `${rows} rows agree with ${golden.recordedBy}, worst difference ${worst.toExponential(1)}`;
    results.push({ title: `${title} ${method}`, holds: complaint === null, detail: complaint ?? agreement });
  }
  return results;
}

async function checkPart(client: Client): Promise<CheckResult> {
  const golden = await readJson<GoldenPart>(join(DEMO_CATALOGUE, 'golden.json'));
  const file = await readFile(join(DEMO_CATALOGUE, golden.file));
  const title = `recommendations for ${golden.file}`;
  const k = golden.recommendations.length;
  const answer = await client.recommend(new Uint8Array(file), {
    filename: golden.file.split('/').at(-1)!,
    k,
  });
  const kind = answer.query.kinds[0]?.kind;
  if (kind !== golden.kinds[0])
    return { title, holds: false, detail: `expected a ${golden.kinds[0]}, got ${kind}` };
  for (const [index, { id, score }] of golden.recommendations.entries()) {
    const got = answer.recommendations[index];
    const place = `place ${index + 1}: expected ${id} with ${score}`;
    if (got === undefined) return { title, holds: false, detail: `${place}, got nothing` };
    if (got.design.id !== id || Math.abs(got.score - score) > golden.tolerance) {
      return { title, holds: false, detail: `${place}, got ${got.design.id} with ${got.score}` };
    }
  }
  return { title, holds: true, detail: `a ${kind}; all ${k} designs and scores as recorded` };
}

async function runChecks(client: Client, url: string, report: (result: CheckResult) => void): Promise<void> {
  if (!(await client.ready())) {
    report({
      title: 'ready',
      holds: false,
      detail: `the site at ${url} answers, but is not ready; try again shortly`,
    });
    return;
  }
  report({ title: 'ready', holds: true, detail: url });
  const { models: served } = await client.models();
  for (const shipped of await readShippedModels()) {
    for (const result of await checkModel(client, shipped, served)) report(result);
  }
  report(await checkPart(client));
}

export async function check(options: CheckOptions): Promise<number> {
  const results: CheckResult[] = [];
  const report = (result: CheckResult): void => {
    results.push(result);
    if (options.json !== true)
      console.log(`${result.holds ? 'ok  ' : 'FAIL'} ${result.title}: ${result.detail}`);
  };
  const url = URL.canParse(options.url) ? options.url : `http://${options.url}`;
  try {
    await runChecks(createClient({ url }), url, report);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const advice =
      error.code === 'UNREACHABLE' ? ' Start one with `npm start`, or name another with `--url`.' : '';
    report({ title: 'site', holds: false, detail: `${error.message}${advice}` });
  }
  const failed = results.filter((result) => !result.holds).length;
  const verdict = failed === 0 ? 'PASS' : 'FAIL';
  if (options.json === true) console.log(JSON.stringify({ verdict, url, checks: results }, null, 2));
  else console.log(failed === 0 ? verdict : `${failed} of ${results.length} checks failed.\n${verdict}`);
  return failed === 0 ? 0 : 1;
}
