/** ONNX files, damaged, against the runtime: what harms the process does so where the probe would have met it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ONNX_MODELS } from '../../apps/site/fixtures/onnx-cases.ts';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';

/** Mutants of each file; raise it for a long run. */
const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 100);
const SEED = Number(process.env.HOSTILE_SEED ?? 1);
/** The probe ends what takes longer; here it is enough that it is one mutant. */
const SILENT_MS_MAX = 20_000;
const CHILD = join(repositoryRoot, 'tests', 'hostile', 'onnx-mutants-child.ts');

interface Ending {
  readonly steps: readonly string[];
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

function runChild(name: string, first: number): Promise<Ending> {
  const args = [CHILD, name, String(SEED), String(first), String(ROUNDS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const kill = (): void => void child.kill('SIGKILL');
  let timer = setTimeout(kill, SILENT_MS_MAX);
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString();
    clearTimeout(timer);
    timer = setTimeout(kill, SILENT_MS_MAX);
  });
  child.stderr.on('data', (part: Buffer) => {
    stderr += part.toString();
  });
  return new Promise((resolve) => {
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ steps: stdout.trim().split('\n'), status, signal, stderr });
    });
  });
}

test(`${ROUNDS} mutants of each ONNX file, seed ${SEED}: run soundly, refused by code, or met by the probe`, async () => {
  const counts = { accepted: 0, refused: 0, ended: 0 };
  for (const name of ONNX_MODELS) {
    for (let first = 0; first < ROUNDS; ) {
      const { steps, status, signal, stderr } = await runChild(name, first);
      counts.accepted += steps.filter((step) => step.endsWith('accepted')).length;
      counts.refused += steps.filter((step) => step.endsWith('refused')).length;
      if (status === 0) break;
      const [at, ...words] = steps.at(-1)!.split(' ');
      const step = words.join(' ');
      // A failure without a code, or a process ended by values that come after the probe.
      expect(signal, `${name} ${at}: ${stderr}`).not.toBe(null);
      expect(step, `${name} ${at} ended by ${signal}`).toMatch(/^(open|warm up)$/);
      counts.ended += 1;
      first = Number(at) + 1;
    }
  }
  console.log(counts);
  expect(counts.accepted).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(0);
});
