/**
 * A machine within this one for container engines: its own processes, files, network and firewall, with the way out
 * through a user-space network. Nothing that runs in it changes this machine, and when the process that started it
 * ends, however it ends, everything in it ends too. Needs root and Linux.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface PrivateMachine {
  readonly folder: string;
  /** Name of the control group that engines are to put their containers into. */
  readonly controlGroup: string;
  start(program: string, args: readonly string[], options?: RunOptions): ChildProcess;
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Finished>;
  stop(): Promise<void>;
}

const NAMESPACES = ['--mount', '--net', '--pid', '--ipc', '--uts'];

/**
 * Ends when its standard input ends, and with it, being the first process of its machine, all others. Over the
 * folders that engines write to lie folders of the machine, and under these the unpacked tools, as if installed.
 */
const FIRST_PROCESS = `
set -e
folder=$1 tools=$2
cover() {
  mkdir -p "$folder/files/$1/upper" "$folder/files/$1/work"
  mount -t overlay overlay -o "lowerdir=$2,upperdir=$folder/files/$1/upper,workdir=$folder/files/$1/work" "/$1"
}
for name in etc usr; do cover "$name" "$tools/$name:/$name"; done
for name in opt run var; do cover "$name" "/$name"; done
ip link set lo up
# The resolver of the user-space network, since this machine's own may be one on its loopback.
rm -f /etc/resolv.conf
echo nameserver 10.0.2.3 > /etc/resolv.conf
echo started
cat > /dev/null
`;

/** Throws, with what it wrote, where the program ends or says nothing of the kind. */
async function waitForOutput(child: ChildProcess, text: string, what: string): Promise<void> {
  let seen = '';
  let isOver = false;
  const collect = (chunk: Buffer): void => {
    seen += chunk;
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  child.on('close', () => {
    isOver = true;
  });
  child.on('error', (error) => {
    seen += error.message;
    isOver = true;
  });
  const deadline = performance.now() + 10_000;
  while (!seen.includes(text)) {
    if (isOver || performance.now() > deadline) {
      throw new Error(`${what} does not start: ${seen.trim().replace(/\s+/g, ' ')}`);
    }
    await sleep(20);
  }
}

/** Groups of processes that engines do not remove when they are killed: docker's by our name, podman's by its own. */
function controlGroups(ours: string): string[] {
  return globSync(
    [ours, 'libpod_parent'].flatMap((name) => [`/sys/fs/cgroup/${name}`, `/sys/fs/cgroup/*/${name}`]),
  );
}

/** A way out for the machine of process `first`. */
async function startNetwork(first: string, tools: string, base: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const libraries = globSync(join(tools, 'usr/lib/*-linux-gnu')).join(':');
  // Ends when its fourth descriptor is closed, which it is when this process ends.
  const args = ['--configure', '--disable-host-loopback', '--exit-fd=3', first, 'tap0'];
  const network = spawn(join(tools, 'usr/bin/slirp4netns'), args, {
    env: { ...base, LD_LIBRARY_PATH: libraries },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  await waitForOutput(network, 'received tapfd', 'The network of a private machine');
  return network;
}

/**
 * `folder` is empty and not under /etc, /opt, /run, /usr or /var; `tools` is the root of unpacked packages. Throws,
 * saying why, where this machine does not allow it.
 */
export async function startPrivateMachine(folder: string, tools: string): Promise<PrivateMachine> {
  const controlGroup = basename(folder);
  const groupsBefore = new Set(controlGroups(controlGroup));
  // What was unpacked goes before whatever else this machine has under the same name.
  const base = { ...process.env, PATH: `/usr/sbin:/usr/bin:${process.env.PATH}` };
  mkdirSync(folder, { recursive: true });
  const layout = ['--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  const command = ['sh', '-c', FIRST_PROCESS, 'sh', folder, tools];
  const outer = spawn('unshare', [...NAMESPACES, ...layout, ...command], { env: base });
  await waitForOutput(outer, 'started', 'A private machine');
  const first = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim();
  const network = await startNetwork(first, tools, base).catch((error) => {
    outer.stdin.end();
    throw error;
  });

  const start: PrivateMachine['start'] = (program, args, { cwd = folder, environment = {} } = {}) =>
    spawn('nsenter', [`--target=${first}`, ...NAMESPACES, `--wd=${cwd}`, '--', program, ...args], {
      env: { ...base, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    folder,
    controlGroup,
    start,
    async run(program, args, options) {
      const child = start(program, args, options);
      let stdout = '';
      let stderr = '';
      child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk));
      child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk));
      const [status] = await once(child, 'close');
      return { status: status as number | null, stdout, stderr };
    },
    async stop() {
      const ended = Promise.all([once(outer, 'exit'), once(network, 'exit')]);
      outer.stdin.end();
      network.stdio[3]!.destroy();
      await ended;
      for (const group of controlGroups(controlGroup)) {
        if (!groupsBefore.has(group)) await removeControlGroup(group);
      }
    },
  };
}

/**
 * The innermost first; each can be removed once the last of its killed processes is gone. One that stays busy for
 * longer is another engine's by now.
 */
async function removeControlGroup(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeControlGroup(join(folder, entry.name));
  }
  for (let attempt = 0; existsSync(folder) && attempt < 100; attempt += 1) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      await sleep(50);
    }
  }
}
