/** Starts one peer, waits for its first right answer, and ends it and what it started, by process id. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRequest, openConnection } from '../load/http-connection.ts';
import type { Target } from '../load/messages.ts';
import type { Dialect, Peer, Rows, StartContext } from '../peers/peer.ts';
import { readTreePids } from './process-tree.ts';

const READY_MS_MAX = 120_000;
/** Fine against the quickest start (about 100 ms), and light enough not to slow it. */
const POLL_MS = 5;
const STOP_MS_MAX = 5_000;

export interface Server {
  readonly peer: Peer;
  readonly pid: number;
  readonly port: number;
  /** From the start of the process to the first prediction. */
  readonly readySeconds: number;
  stop(): Promise<void>;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Where rows go in one way of asking. */
export function targetOf(dialect: Dialect, port: number, rows: Rows): Omit<Target, 'key'> {
  return {
    port,
    path: dialect.path(rows),
    contentType: dialect.contentType,
    headers: dialect.headers?.(rows) ?? {},
  };
}

async function answers(peer: Peer, port: number, rows: Rows): Promise<boolean> {
  try {
    const connection = await openConnection(port);
    try {
      await connection.send(encodeRequest(targetOf(peer, port, rows), peer.encode(rows)));
    } finally {
      connection.close();
    }
    return true;
  } catch {
    return false; // Nobody listens yet, or not for this model.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/** Asks the root to end; whatever of its tree is left after a while is killed. */
async function stopTree(rootPid: number): Promise<void> {
  const pids = readTreePids(rootPid);
  signal(rootPid, 'SIGTERM');
  const endsAt = performance.now() + STOP_MS_MAX;
  while (pids.some(isAlive) && performance.now() < endsAt) await sleep(20);
  // Those, and what the root has started meanwhile.
  for (const pid of new Set([...pids, ...readTreePids(rootPid)])) signal(pid, 'SIGKILL');
}

/** `firstRows` is what the peer must answer before it counts as ready; `interrupted` ends it at any time. */
export async function startServer(
  peer: Peer,
  context: Omit<StartContext, 'port' | 'sparePort'>,
  firstRows: Rows,
  interrupted: AbortSignal,
): Promise<Server> {
  const port = await findFreePort();
  const sparePort = await findFreePort();
  mkdirSync(context.folder, { recursive: true });
  const command = peer.start({ ...context, port, sparePort });
  const logPath = join(context.folder, 'server.log');
  const log = openSync(logPath, 'w');
  const startedAt = performance.now();
  const child = spawn(command.program, command.arguments, {
    cwd: command.cwd,
    env: { ...process.env, ...command.environment },
    stdio: ['ignore', log, log],
    signal: interrupted,
  });
  closeSync(log);
  let ended: string | null = null;
  child.on('error', (error) => {
    ended = `could not be started (${error.message})`;
  });
  child.once('exit', (code, signalName) => {
    ended = `ended by itself (${code ?? signalName})`;
  });
  while (!(await answers(peer, port, firstRows))) {
    if (performance.now() - startedAt > READY_MS_MAX)
      ended ??= `gave no answer within ${READY_MS_MAX / 1000} s`;
    if (ended !== null) {
      if (child.pid !== undefined) await stopTree(child.pid);
      throw new Error(
        `${peer.title} ${ended}; the end of ${logPath}:\n${readFileSync(logPath, 'utf8').slice(-2000)}`,
      );
    }
    await sleep(POLL_MS);
  }
  const readySeconds = (performance.now() - startedAt) / 1000;
  const pid = child.pid!;
  return { peer, pid, port, readySeconds, stop: () => stopTree(pid) };
}
