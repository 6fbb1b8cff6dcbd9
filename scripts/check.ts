/** `npm run check`: everything that must hold before a change lands, two steps at a time, a line for each. */
import { spawn } from 'node:child_process';
import { repositoryRoot } from './pinned-node.mjs';

interface Step {
  readonly title: string;
  readonly command: readonly [string, ...string[]];
}

const STEPS: readonly Step[] = [
  { title: 'unit tests, architecture, documents', command: ['vitest', 'run'] },
  { title: 'types', command: ['tsc', '-b', '.', 'apps/web'] },
  { title: 'lint and format', command: ['biome', 'check', '--error-on-warnings'] },
  { title: 'unused code', command: ['knip'] },
];

async function runStep({ title, command: [program, ...args] }: Step): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: repositoryRoot,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      output.push(Buffer.from(String(error)));
      resolve(1);
    });
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)`);
  if (status !== 0) console.log(Buffer.concat(output).toString());
  return status === 0;
}

// The tests take longest: they run beside the others, which follow one another.
const [tests, ...others] = STEPS as [Step, ...Step[]];
const testsRun = runStep(tests);
let allHold = true;
for (const step of others) allHold = (await runStep(step)) && allHold;
allHold = (await testsRun) && allHold;
process.exitCode = allHold ? 0 : 1;
