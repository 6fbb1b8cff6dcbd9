/**
 * A site as a program: reads its settings, serves in this process or in several, and stops on a signal. What keeps it
 * from starting is one clear line and an exit code that is not 0. What answers is loaded only by a process that serves.
 */
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import type { Config, Surroundings } from './config.ts';
import { messageOf, SiteError, type SiteErrorCode } from './errors.ts';
import { helpText } from './help.ts';
import { parseCommand } from './parse-command.ts';
import { followModelChanges, SupervisedStore, tellSupervisor } from './processes/serving-process.ts';
import { requireFreePort } from './processes/shared-port.ts';
import { Supervisor } from './processes/supervisor.ts';
import type { Site } from './site.ts';
import type { CatalogueStore } from './storage/design-store.ts';
import { openStore } from './storage/open-store.ts';

const STOP_MS_MAX = 8000;

const INSTALLATION = join(import.meta.dirname, '..', '..', '..');

/** 2 for a command line that cannot be understood, as shells have it; 1 for everything else. */
function exitCodeOf(code: SiteErrorCode): number {
  return code === 'SETTING_INVALID' ? 2 : 1;
}

/** npm runs its scripts in the installation; paths are meant from where npm was called. */
function surroundings(): Surroundings {
  const here = process.cwd();
  const called = here === INSTALLATION ? process.env.INIT_CWD : undefined;
  return { currentFolder: called ?? here, installation: INSTALLATION, cores: availableParallelism() };
}

/** The program: settings in, a running site or one clear line out. */
export async function run(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    const command = parseCommand(args, process.env, surroundings());
    if (command.kind === 'help') process.stdout.write(helpText());
    else if (command.kind === 'version') process.stdout.write(`${manifest.version}\n`);
    else await serve(command.config);
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodeOf(error.code);
  }
}

async function serve(config: Config): Promise<void> {
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  if (cluster.isWorker) await serveSupervised(config, log);
  else if (config.workers > 1) await supervise(config, log);
  else {
    const site = await startSite(config, log);
    process.stdout.write(`${site.greeting.join('\n')}\n`);
    stopOnSignals(log, site, () => process.exit(130));
  }
}

async function startSite(config: Config, log: Logger, sharedStore?: CatalogueStore): Promise<Site> {
  const site = await import('./site.ts');
  return site.startSite(config, log, sharedStore);
}

/** One of several processes: says to the supervisor what it would print alone. */
async function serveSupervised(config: Config, log: Logger): Promise<void> {
  try {
    const site = await startSite(config, log, new SupervisedStore());
    // A terminal sends its signal to the supervisor too, which sends another one.
    stopOnSignals(log, site, () => {});
    followOthers(site.registry, log);
    tellSupervisor({ kind: 'ready', greeting: site.greeting });
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    tellSupervisor({ kind: 'refused', message: error.message, exitCode: exitCodeOf(error.code) });
    process.disconnect();
  }
}

/** A model that is loaded or unloaded on demand in one process is in all of them. */
function followOthers(registry: Site['registry'], log: Logger): void {
  registry.onDemand((change) => tellSupervisor({ kind: 'models changed', change }));
  followModelChanges((change) => {
    registry
      .follow(change)
      .catch((error) => log.warn({ ...change, reason: messageOf(error) }, 'models were changed elsewhere'));
  });
}

async function supervise(config: Config, log: Logger): Promise<void> {
  const opened: (() => unknown)[] = [];
  const { host, port, grpcPort } = config;
  const store = openStore(config.data, opened);
  const ports = [`--port=${await requireFreePort(host, port, '--port')}`];
  if (grpcPort !== null) ports.push(`--grpc-port=${await requireFreePort(host, grpcPort, '--grpc-port')}`);
  const supervisor = new Supervisor({
    entry: fileURLToPath(import.meta.url),
    // Of an option that is given twice the last one counts.
    args: [...process.argv.slice(2), ...ports],
    processes: config.workers,
    store,
    log,
  });
  const exit = (code: number): never => {
    supervisor.kill();
    process.exit(code);
  };
  const close = async (): Promise<void> => {
    await supervisor.stop();
    for (const closePart of opened) await closePart();
  };
  stopOnSignals(log, { close, exit: () => exit(0) }, () => exit(130));
  const started = await supervisor.start();
  if (supervisor.isStopping) return;
  if ('message' in started) {
    process.stderr.write(`${started.message}\n`);
    exit(started.exitCode);
  } else process.stdout.write(`${started.join('\n')}\n`);
}

/** In-flight requests finish, within a time. `again` is for the signal of somebody who does not want to wait. */
function stopOnSignals(log: Logger, site: Pick<Site, 'close' | 'exit'>, again: () => void): void {
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (isStopping) return again();
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.warn({ ms: STOP_MS_MAX }, 'requests were still running; stopped all the same');
      site.exit();
    }, STOP_MS_MAX);
    await site.close();
    site.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
}

if (import.meta.main) await run();
