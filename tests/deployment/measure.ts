/**
 * Builds the image and measures what an operator waits and pays for: its size, its start, its memory. Writes
 * bench/results/container.md; refuses where no engine can start.
 *
 *   node tests/deployment/measure.ts
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, getPriority, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { importBaseImage } from './base-image.ts';
import { obtainContainerTools } from './container-tools.ts';
import { startDocker } from './engines.ts';
import { type PrivateMachine, type RunOptions, startPrivateMachine } from './private-machine.ts';
import type { Start, Starts } from './time-starts.ts';

const IMAGE = 'localhost/chamfer:latest';

async function succeed(
  machine: PrivateMachine,
  program: string,
  args: string[],
  options: RunOptions,
): Promise<string> {
  const { status, stdout, stderr } = await machine.run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Median, and the span around it. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b).map((value) => (value / 1000).toFixed(2));
  return `${sorted[sorted.length >> 1]} (${sorted[0]} - ${sorted.at(-1)})`;
}

function startRow(title: string, starts: readonly Start[]): string {
  const columns = (['engineMs', 'readyMs', 'predictionMs'] as const).map((name) =>
    spread(starts.map((one) => one[name])),
  );
  return `| ${title} | ${columns.join(' | ')} |`;
}

interface Measured {
  readonly commit: string;
  readonly archiveBytes: number;
  readonly imageBytes: number;
  readonly layers: readonly string[];
  readonly starts: Starts;
}

function document({ commit, archiveBytes, imageBytes, layers, starts }: Measured): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const machine = `${cpus().length} cores of ${cpus()[0]!.model}`;
  const load = `load average ${loadavg()[1]!.toFixed(1)}, this at nice ${getPriority()}`;
  return `# The container

Written by \`node tests/deployment/measure.ts\` at ${commit}, on ${new Date().toISOString().slice(0, 10)}, with docker, on ${machine} that other work shares (${load}).

| | measured | goal |
|---|---|---|
| archive, compressed with gzip | ${megabytes(archiveBytes)} | 80 MB |
| image, unpacked | ${megabytes(imageBytes)} | |
| resident memory, idle for a minute | ${megabytes(starts.idle.residentBytes)} | 130 MB |
| the container's memory as the engine counts it, idle for a minute | ${starts.idle.container} | 130 MB |
| resident memory after a hundred predictions | ${megabytes(starts.used.residentBytes)} | |
| the container's memory after them | ${starts.used.container} | |

Layers of the image, from the last: ${layers.join(', ')}.

Seconds from \`docker run\`, median and span of ${starts.onNewVolume.length}, asked from outside of the container every 10 ms; the goal is a first answer within 1 s:

| | the engine has started it | \`/health/ready\` answers | a prediction answers |
|---|---|---|---|
${startRow('on a new volume, catalogue imported', starts.onNewVolume)}
${startRow('on a volume that was used', starts.onUsedVolume)}
`;
}

async function measure(folder: string): Promise<Measured> {
  const machine = await startPrivateMachine(folder, obtainContainerTools());
  try {
    const docker = await startDocker(machine, 'docker');
    const base = await importBaseImage(machine, docker);
    const archive = join(folder, 'chamfer.tar.gz');
    const here = { cwd: repositoryRoot, environment: docker.environment };
    await succeed(machine, './build.sh', ['--base', base, '--archive', archive], here);
    const golden = readFileSync(join(repositoryRoot, 'models/part-classifier/1/golden.json'), 'utf8');
    const row = join(folder, 'row.json');
    writeFileSync(row, JSON.stringify({ inputs: [JSON.parse(golden).cases[0].input[0]] }));
    const starts = await succeed(
      machine,
      process.execPath,
      ['tests/deployment/time-starts.ts', IMAGE, row],
      here,
    );
    const sizes = await docker.ask('history', '--format', '{{.Size}}', IMAGE);
    return {
      commit: await docker.ask(
        'image',
        'inspect',
        '--format',
        '{{index .Config.Labels "org.opencontainers.image.revision"}}',
        IMAGE,
      ),
      archiveBytes: statSync(archive).size,
      imageBytes: Number(await docker.ask('image', 'inspect', '--format', '{{.Size}}', IMAGE)),
      layers: sizes.split('\n').filter((size) => size !== '0B'),
      starts: JSON.parse(starts) as Starts,
    };
  } finally {
    await machine.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'chamfer-measure-'));
try {
  writeFileSync(join(repositoryRoot, 'bench/results/container.md'), document(await measure(folder)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
