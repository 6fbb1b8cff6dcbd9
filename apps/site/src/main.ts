/**
 * The composition root of a site: builds every part in order, starts, stops. Run as a program it reads its settings,
 * says what to open, and refuses to start with one clear line and an exit code that is not 0.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HealthPart } from '@chamfer/contracts';
import { type Logger, pino } from 'pino';
import { type Config, isLoopback, parseCommand, type Surroundings } from './config.ts';
import { createEncoder } from './designs/encoder.ts';
import type { GeometryJob, GeometryResult } from './designs/geometry-worker.ts';
import { openCatalogue } from './designs/open-catalogue.ts';
import { messageOf, SiteError, type SiteErrorCode } from './errors.ts';
import { greetingLines } from './greeting.ts';
import { helpText } from './help.ts';
import { BodyBudget } from './http/body-budget.ts';
import { pageRoutes } from './http/page-files.ts';
import type { Route } from './http/route.ts';
import { designRoutes } from './http/routes/designs.ts';
import { healthRoutes } from './http/routes/health.ts';
import { modelsRoute } from './http/routes/models.ts';
import { openApiRoute } from './http/routes/openapi.ts';
import { predictRoute } from './http/routes/predict.ts';
import { recommendationsRoute } from './http/routes/recommendations.ts';
import { createHttpServer } from './http/server.ts';
import { loadModels, type ModelRegistry } from './inference/model-registry.ts';
import type { PredictJob, PredictResult, PredictWorkerData } from './inference/predict-worker.ts';
import { PredictionService } from './inference/prediction-service.ts';
import { Recommender } from './recommendations/recommender.ts';
import { openDatabase } from './storage/database.ts';
import { DesignStore } from './storage/design-store.ts';
import { WorkerPool } from './workers/worker-pool.ts';

const MEBIBYTE = 2 ** 20;

/** The shipped models behind recommendations; the classifier also answers `/predict` where no model is named. */
const ENCODER = 'geometry-encoder';
const CLASSIFIER = 'part-classifier';

/** Requests that may wait for a worker: at a second each, longer waits are refused rather than endured. */
const QUEUE_MAX = 64;
const WORKER_HEAP_MEBIBYTES_MAX = 1024;
/** How many uploads of the largest size may be in memory at once. */
const UPLOADS_AT_ONCE_MAX = 4;

const STOP_MS_MAX = 8000;

/** Sources run as they are, the bundle of an image as JavaScript, with the same files in the same folders. */
const EXTENSION: string = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const INSTALLATION: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export interface Site {
  readonly url: string;
  /** What to tell whoever started it. */
  readonly greeting: readonly string[];
  /** In-flight requests finish; then everything is let go of. */
  close(): Promise<void>;
}

/** Throws `SiteError` where the site cannot start; then nothing of it is left. */
export async function startSite(config: Config, log: Logger): Promise<Site> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const database = openDatabase(config.data);
    closers.push(() => database.close());

    const registry = await loadModels({ folder: config.models, files: config.model, standard: CLASSIFIER });
    for (const broken of registry.broken) log.error(broken, 'a model version cannot be served');

    const predictPool = createPredictPool(config, registry);
    closers.push(() => predictPool.close());
    const predictions = new PredictionService({
      models: registry.table,
      pool: predictPool,
      now: () => performance.now(),
    });

    const geometryPool = createGeometryPool(config);
    closers.push(() => geometryPool.close());
    const recommendations = await openRecommendations(
      config,
      registry,
      new DesignStore(database),
      geometryPool,
    );
    if (!recommendations.isReady) log.error({ reason: recommendations.reason }, 'no recommendations');

    const budget = new BodyBudget(UPLOADS_AT_ONCE_MAX * config.uploadMebibytesMax * MEBIBYTE);
    const predictBytesMax = config.predictBodyMebibytesMax * MEBIBYTE;
    const uploadBytesMax = config.uploadMebibytesMax * MEBIBYTE;
    const models = registry.table.models.map((model) => model.info);
    const api: Route[] = [
      predictRoute({ predictions, bodyBytesMax: predictBytesMax, budget }),
      recommendationsRoute({ recommender: recommendations.get, bodyBytesMax: uploadBytesMax, budget }),
      modelsRoute(models),
      ...designRoutes(() => recommendations.get().catalogue),
      ...healthRoutes(() => healthOf(registry, recommendations)),
    ];
    const server = createHttpServer({
      routes: [...api, openApiRoute(api, readVersion()), ...pageRoutes(config.page)],
      log,
      isLoopback: isLoopback(config.host),
      requestMsMax: config.requestSecondsMax * 1000,
      bodyBytesMax: Math.max(predictBytesMax, uploadBytesMax),
    });
    closers.push(() => server.close());
    await server.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
      throw explainListening(error, config);
    });
    geometryPool.warmUp();

    const { port } = server.server.address() as AddressInfo;
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    log.info({ url, models: models.map(({ name, version }) => `${name} ${version}`) }, 'ready');
    return { url, greeting: greetingLines(greetingOf(url, config, registry, recommendations)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function createPredictPool(config: Config, { table }: ModelRegistry): WorkerPool<PredictJob, PredictResult> {
  const workerData: PredictWorkerData = { models: table.models.map(({ info, path }) => ({ info, path })) };
  return new WorkerPool({
    work: 'the prediction',
    entry: new URL(`./inference/predict-worker.${EXTENSION}`, import.meta.url),
    workersMax: config.workers,
    queueMax: QUEUE_MAX,
    jobMsMax: config.predictSecondsMax * 1000,
    heapMebibytesMax: WORKER_HEAP_MEBIBYTES_MAX,
    workerData,
  });
}

function createGeometryPool(config: Config): WorkerPool<GeometryJob, GeometryResult> {
  return new WorkerPool({
    work: 'reading the part',
    entry: new URL(`./designs/geometry-worker.${EXTENSION}`, import.meta.url),
    workersMax: config.workers,
    queueMax: QUEUE_MAX,
    jobMsMax: config.geometrySecondsMax * 1000,
    heapMebibytesMax: WORKER_HEAP_MEBIBYTES_MAX,
  });
}

/** Recommendations, or why there are none: models that are broken must not keep the others from being served. */
type Recommendations = { readonly get: () => Recommender } & (
  | { readonly isReady: true }
  | { readonly isReady: false; readonly reason: string }
);

async function openRecommendations(
  config: Config,
  { table }: ModelRegistry,
  store: DesignStore,
  pool: WorkerPool<GeometryJob, GeometryResult>,
): Promise<Recommendations> {
  try {
    const encoder = createEncoder(table.find(ENCODER));
    const catalogue = await openCatalogue({ path: config.catalogue, store, encoder });
    const recommender = new Recommender({ catalogue, encoder, classifier: table.find(CLASSIFIER), pool });
    return { isReady: true, get: () => recommender };
  } catch (error) {
    if (!(error instanceof SiteError) || !['MODEL_UNKNOWN', 'MODEL_BROKEN'].includes(error.code)) throw error;
    const reason = error.message;
    return {
      isReady: false,
      reason,
      get() {
        throw new SiteError('RECOMMENDATIONS_UNAVAILABLE', reason);
      },
    };
  }
}

function healthOf({ table, broken }: ModelRegistry, recommendations: Recommendations): HealthPart[] {
  const { models } = table;
  const served = models.map(({ info }) => `${info.name} ${info.version}`).join(', ');
  const failed = broken.map(({ name, version, reason }) => `${name} ${version} is broken: ${reason}`);
  return [
    { name: 'models', ready: models.length > 0, detail: [served || 'no models', ...failed].join('; ') },
    {
      name: 'recommendations',
      ready: recommendations.isReady,
      detail: recommendations.isReady ? catalogueLine(recommendations.get()) : recommendations.reason,
    },
  ];
}

function catalogueLine({ catalogue }: Recommender): string {
  return `${catalogue.stored.title}: ${catalogue.stored.designs.length} designs`;
}

function greetingOf(
  url: string,
  config: Config,
  { table, broken }: ModelRegistry,
  recommendations: Recommendations,
): Parameters<typeof greetingLines>[0] {
  return {
    version: readVersion(),
    url,
    data: config.data,
    models: table.models.map((model) => model.info),
    catalogue: recommendations.isReady ? catalogueLine(recommendations.get()) : null,
    warnings: [
      ...broken.map(({ name, version, reason }) => `Model ${name} ${version} is not served: ${reason}`),
      ...(recommendations.isReady ? [] : [`There are no recommendations: ${recommendations.reason}`]),
    ],
  };
}

function explainListening(error: unknown, { host, port }: Config): SiteError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is in use. Stop what uses it, or choose another, such as --port ${port + 1}.`,
    EACCES: `Port ${port} needs rights that this user has not. Choose one above 1023, such as --port 8000.`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Choose another --host.`,
    ENOTFOUND: `${host} is no address of this machine. Choose another --host.`,
  };
  const reason = reasons[(error as { code?: string }).code ?? ''];
  const what = reason ?? `Cannot listen on ${host}, port ${port}: ${messageOf(error)}.`;
  return new SiteError('ADDRESS_UNAVAILABLE', what, { cause: error });
}

function readVersion(): string {
  const manifest = readFileSync(join(INSTALLATION, 'apps', 'site', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** npm runs its scripts in the installation; paths are meant from where npm was called. */
function surroundings(): Surroundings {
  const here = process.cwd();
  const called = here === INSTALLATION ? process.env.INIT_CWD : undefined;
  return { currentFolder: called ?? here, installation: INSTALLATION, cores: availableParallelism() };
}

/** 2 for a command line that cannot be understood, as shells have it; 1 for everything else. */
function exitCodeOf(code: SiteErrorCode): number {
  return code === 'SETTING_INVALID' ? 2 : 1;
}

/** The program: settings in, a running site or one clear line out. */
export async function run(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    const command = parseCommand(args, process.env, surroundings());
    if (command.kind === 'help') process.stdout.write(helpText());
    else if (command.kind === 'version') process.stdout.write(`${readVersion()}\n`);
    else await serve(command.config);
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodeOf(error.code);
  }
}

async function serve(config: Config): Promise<void> {
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const site = await startSite(config, log);
  process.stdout.write(`${site.greeting.join('\n')}\n`);
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (isStopping) process.exit(130);
    isStopping = true;
    log.info({ signal }, 'stopping');
    const timer = setTimeout(() => {
      log.warn({ ms: STOP_MS_MAX }, 'requests were still running; stopped all the same');
      process.exit(0);
    }, STOP_MS_MAX);
    await site.close();
    clearTimeout(timer);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
}

if (import.meta.main) await run();
