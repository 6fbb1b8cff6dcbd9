/** docker and podman in a private machine, each with a store of its own that begins empty. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateMachine } from './private-machine.ts';

export interface Engine {
  readonly program: 'docker' | 'podman';
  /** What every command that uses the engine needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Output of one command of the engine; throws where it fails. */
  ask(...args: string[]): Promise<string>;
}

function engine(
  machine: PrivateMachine,
  program: Engine['program'],
  environment: Engine['environment'],
): Engine {
  return {
    program,
    environment,
    async ask(...args) {
      const { status, stdout, stderr } = await machine.run(program, args, { environment });
      if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
      return stdout.trim();
    },
  };
}

/** Throws, with the last line of its log, where the daemon does not start. Only one runs in a machine at a time. */
export async function startDocker(
  machine: PrivateMachine,
  store: string,
): Promise<Engine & { stop(): Promise<void> }> {
  const folder = join(machine.folder, store);
  mkdirSync(join(folder, 'client'), { recursive: true });
  const address = `unix://${join(folder, 'socket')}`;
  const daemon = machine.start('dockerd', [
    `--host=${address}`,
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    '--exec-opt=native.cgroupdriver=cgroupfs',
    `--cgroup-parent=/${machine.controlGroup}`,
  ]);
  let lastLine = '';
  daemon.stderr!.on('data', (chunk: Buffer) => {
    lastLine = chunk.toString().trim().split('\n').at(-1)!;
  });
  daemon.stdout!.resume();
  const ended = new Promise<void>((resolve) => daemon.on('exit', () => resolve()));
  const docker = engine(machine, 'docker', { DOCKER_HOST: address, DOCKER_CONFIG: join(folder, 'client') });
  const deadline = performance.now() + 30_000;
  while ((await machine.run('docker', ['version'], docker)).status !== 0) {
    if (daemon.exitCode !== null || performance.now() > deadline)
      throw new Error(`dockerd does not start: ${lastLine}`);
    await sleep(100);
  }
  return {
    ...docker,
    async stop() {
      // The daemon itself runs in the machine; what was started here only waits for it.
      await machine.run('sh', ['-c', `kill "$(cat "${join(folder, 'pid')}")"`]);
      await ended;
    },
  };
}

/** podman has no daemon, and its files in the machine's own /etc. */
export async function configurePodman(machine: PrivateMachine, store: string): Promise<Engine> {
  const folder = join(machine.folder, store);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'containers.conf'),
    `[containers]
# No more than this machine may give itself.
default_ulimits = ["nofile=20000:20000", "nproc=8192:8192"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  );
  writeFileSync(
    join(folder, 'storage.conf'),
    `[storage]
driver = "overlay"
graphroot = "${join(folder, 'graph')}"
runroot = "${join(folder, 'run')}"
`,
  );
  await machine.run('cp', [join(folder, 'containers.conf'), join(folder, 'storage.conf'), '/etc/containers']);
  return engine(machine, 'podman', {});
}
