/** Starts the real site as its own process, as `npm start` does, and ends it; for the suites that need one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../scripts/pinned-node.mjs';

const READY_WITHIN_MS = 60_000;

export interface RunningSite {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that the process has printed so far. */
  output(): string;
  /** Ends the process by SIGTERM, waits for it, removes its data folder; answers its exit code. */
  stop(): Promise<number | null>;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startSite(extraArguments: readonly string[] = []): Promise<RunningSite> {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'chamfer-site-'));
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [
      join(repositoryRoot, 'scripts', 'start.ts'),
      ...['--port', String(port), '--grpc-port', 'off', '--data', data],
      ...extraArguments,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk));
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));

  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const ready = await fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`The site did not become ready:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    child,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const code = await exited;
      rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}
