/**
 * Opens damaged ONNX files and runs them, in a process that may end: prints a line before each step, so that whoever
 * started it knows which one ended it. Fails on any failure without a code.
 *
 *   node tests/hostile/onnx-mutants-child.ts MODEL SEED FIRST LAST
 */
import { writeSync } from 'node:fs';
import { ONNX_MODELS, onnxCases, readOnnxBytes } from '../../apps/site/fixtures/onnx-cases.ts';
import { SiteError } from '../../apps/site/src/errors.ts';
import type { RuntimeModel } from '../../apps/site/src/inference/runtime-model.ts';
import { readOnnxModel } from '../../apps/site/src/inference/runtimes/onnx.ts';
import { warmUp } from '../../apps/site/src/inference/warm-up.ts';
import { createRandom, mutateBytes } from './mutate-bytes.ts';

const [name, seed, first, last] = process.argv.slice(2) as [string, string, string, string];
const original = readOnnxBytes(name);
const cases = onnxCases(name);

/** At once, whatever becomes of the process. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function attempt(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    if (!['INPUT_INVALID', 'MEMORY_LIMIT_EXCEEDED'].includes(error.code)) throw error;
  }
}

for (let at = Number(first); at < Number(last); at++) {
  const random = createRandom(Number(seed) * 100_003 + at);
  const donor = readOnnxBytes(ONNX_MODELS[Math.floor(random() * ONNX_MODELS.length)]!);
  const mutant = new Uint8Array(mutateBytes(original, random, donor));
  say(`${at} open`);
  let model: RuntimeModel;
  try {
    model = await readOnnxModel(mutant);
    say(`${at} warm up`);
    await warmUp(model);
  } catch (error) {
    if (error instanceof SiteError && error.code === 'MODEL_BROKEN') {
      say(`${at} refused`);
      continue;
    }
    throw error;
  }
  say(`${at} run`);
  for (const { inputs } of cases) await attempt(() => model.infer(inputs, { outputs: null }));
  say(`${at} accepted`);
  model.close?.();
}
