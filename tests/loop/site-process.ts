/** A site as its own process: started, spoken to, ended in any way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';

const MAIN = join(repositoryRoot, 'apps', 'site', 'src', 'main.ts');

export interface SiteProcess {
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with its address when it has greeted; rejects with its output when it ends before. */
  readonly ready: Promise<string>;
  /** Resolves with exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export function startSiteProcess(args: readonly string[], environment: NodeJS.ProcessEnv = {}): SiteProcess {
  return startProcess([MAIN, ...args], environment);
}

/** Any command that starts a site and greets as it does; called in a test, after which nothing of it is left. */
export function startProcess(args: readonly string[], environment: NodeJS.ProcessEnv = {}): SiteProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /page +(http:\/\/\S+).*Ctrl-C stops it/s.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`The site ended before it was ready: ${output}`)));
  });
  ready.catch(() => {});
  return { child, output: () => output, ready, ended };
}
