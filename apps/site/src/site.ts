/**
 * The composition root of a site: builds every part in order, starts, stops. Refuses to start with one clear line, and
 * then leaves nothing of it.
 */
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { type Config, isLoopback } from './config.ts';
import { type GeometryJob, type GeometryResult, PartReader } from './designs/part-reader.ts';
import { greetingLines } from './greeting.ts';
import type { GrpcServer } from './grpc/server.ts';
import { BodyBudget } from './http/body-budget.ts';
import { closeServer, listen } from './http/listen.ts';
import { requireLoopbackPeer } from './http/loopback-guard.ts';
import { pageRoutes } from './http/page-files.ts';
import type { Route } from './http/route.ts';
import { designRoutes } from './http/routes/designs.ts';
import { healthRoutes } from './http/routes/health.ts';
import { modelsRoute } from './http/routes/models.ts';
import { openInferenceRoutes } from './http/routes/open-inference/routes.ts';
import { openApiRoute } from './http/routes/openapi.ts';
import { predictRoute } from './http/routes/predict.ts';
import { recommendationsRoute } from './http/routes/recommendations.ts';
import { createHttpServer } from './http/server.ts';
import { AnswerCache } from './inference/answer-cache.ts';
import type { CallJob, CallResult } from './inference/call-job.ts';
import { Computation } from './inference/computation.ts';
import { InferService } from './inference/infer-service.ts';
import { healthOf, loadModels, type ModelRegistry } from './inference/model-registry.ts';
import type { ModelReference } from './inference/model-table.ts';
import { ModelDirectory } from './inference/oip/model-directory.ts';
import { Statistics } from './inference/oip/statistics.ts';
import type { SharedModels } from './inference/predict-worker.ts';
import { PredictionService } from './inference/prediction-service.ts';
import { createProbe } from './inference/runtimes/probe-onnx.ts';
import { exitProcess } from './processes/serving-process.ts';
import { SHARES_PORTS } from './processes/shared-port.ts';
import { CLASSIFIER, ENCODER, openRecommendations } from './recommendations/open-recommendations.ts';
import type { CatalogueStore } from './storage/design-store.ts';
import { openStore } from './storage/open-store.ts';
import { LoopShare } from './workers/loop-share.ts';
import { WorkerPool } from './workers/worker-pool.ts';

const MEBIBYTE = 2 ** 20;

/** Bounds the memory of what waits; how long it may wait is a setting. */
const QUEUE_MAX = 4096;
const WORKER_HEAP_MEBIBYTES_MAX = 1024;
/** How many uploads of the largest size may be in memory at once. */
const UPLOADS_AT_ONCE_MAX = 4;

/** As long as a whole request may take by default to come in, an answer may make no way out. */
const STALL_MS_MAX = 60_000;

/** Sources run as they are, the bundle of an image as JavaScript, with the same files in the same folders. */
const EXTENSION: string = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

const { version } = manifest;

const now = (): number => performance.now();

export interface Site {
  readonly url: string;
  /** Host and port for gRPC; null where it is off. */
  readonly grpcAddress: string | null;
  /** What to tell whoever started it. */
  readonly greeting: readonly string[];
  readonly registry: ModelRegistry;
  /** In-flight requests finish; then everything is let go of. */
  close(): Promise<void>;
  /** Ends the process, whatever still runs in it. */
  exit(): never;
}

/**
 * Throws `SiteError` where the site cannot start; then nothing of it is left. `sharedStore` is given where another
 * process has the database, and others listen at the same ports.
 */
export async function startSite(config: Config, log: Logger, sharedStore?: CatalogueStore): Promise<Site> {
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const closePart of opened.splice(0).reverse()) await closePart();
  };
  const { catalogue, data } = config;
  try {
    const store = sharedStore ?? openStore(data, opened);
    const reusePort = sharedStore !== undefined && SHARES_PORTS;
    const registry = await loadSiteModels(config);
    const models = registry.table;
    opened.push(() => registry.close());

    const inference = openPredictions(config, registry, version, log);
    const { cache, loop, predictPool, predictions, openInference } = inference;
    opened.push(() => predictPool.close());

    const geometryPool = createGeometryPool(config);
    opened.push(() => geometryPool.close());
    const reader = new PartReader(geometryPool);
    const recommendations = await openRecommendations({ models, catalogue, store, reader });

    const health = () => [healthOf(registry), recommendations.health];
    const limits = bodyLimits(config);
    const api: Route[] = [
      predictRoute({ predictions, bodyBytesMax: limits.predict, budget: limits.budget }),
      recommendationsRoute({ recommendations, bodyBytesMax: limits.upload, budget: limits.budget }),
      modelsRoute(models, () => cache.counts),
      ...designRoutes(recommendations),
      ...healthRoutes(health),
      ...openInferenceRoutes({ ...openInference, bodyBytesMax: limits.predict, budget: limits.budget }),
    ];
    const server = createHttpServer({
      routes: [...api, openApiRoute(api, version, () => models.infos), ...pageRoutes(config.page)],
      log,
      isLoopback: isLoopback(config.host),
      requestMsMax: config.requestSecondsMax * 1000,
      stallMsMax: STALL_MS_MAX,
      bodyBytesMax: Math.max(limits.predict, limits.upload),
      hasEnough: () => loop.hasEnough,
    });
    opened.push(() => closeServer(server));
    const url = await listen(server, { host: config.host, port: config.port, reusePort });
    const grpc = await openGrpc(config, { ...openInference, ...limits, log, reusePort });
    if (grpc !== null) opened.push(() => grpc.close());
    geometryPool.warmUp();
    if (models.models.some(({ runtime }) => runtime.mayRunLong)) predictPool.warmUp();
    const place = { url, grpcAddress: grpc?.address ?? null };
    registry.watch(config.pollSeconds * 1000);
    log.info({ ...place, health: health() }, 'ready');
    return {
      ...place,
      registry,
      greeting: greetingLines({ version, ...place, data, models: models.infos, health: health() }),
      close,
      exit: () => exitProcess(predictPool.isInNativeCode),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function loadSiteModels({
  models,
  model,
  modelControl,
  queueMillisecondsMax,
}: Config): Promise<ModelRegistry> {
  const probe = createProbe({ entry: entryOf('inference/runtimes/onnx-probe') });
  return loadModels({
    folder: models,
    files: model,
    standard: CLASSIFIER,
    probe,
    control: modelControl,
    waitMsMax: queueMillisecondsMax,
    held: [ENCODER, CLASSIFIER],
  });
}

/** What answers predictions: this thread, and threads that hold the same models as it. */
function openPredictions(config: Config, registry: ModelRegistry, version: string, log: Logger) {
  const models = registry.table;
  const pool = createPredictPool(config, registry);
  const loop = new LoopShare({ waitMsMax: config.queueMillisecondsMax, now });
  const cache = new AnswerCache(config.answerCacheMebibytes * MEBIBYTE);
  const statistics = new Statistics(() => Date.now());
  const computation = new Computation({ pool, cache, loop, statistics, now });
  const predictions = new PredictionService({ models, pool, computation });
  predictions.warmUp();
  registry.onChange(() => {
    pool.share(sharedOf(registry));
    predictions.warmUp();
    log.info({ models: healthOf(registry).detail }, 'models changed');
  });
  const openInference: OpenInference = {
    inference: new InferService({ models, pool, computation }),
    directory: new ModelDirectory(registry, statistics, version),
  };
  return { cache, loop, predictPool: pool, predictions, openInference };
}

function sharedOf({ table, leaving }: ModelRegistry): SharedModels {
  const referenceOf = ({ info, path, files }: ModelReference): ModelReference => ({
    info,
    path,
    ...(files && { files }),
  });
  return { served: table.models.map(referenceOf), leaving: leaving.map(referenceOf) };
}

/** What is started by its name. */
function entryOf(name: string): URL {
  return new URL(`./${name}.${EXTENSION}`, import.meta.url);
}

function createPredictPool(config: Config, registry: ModelRegistry): WorkerPool<CallJob, CallResult> {
  return createPool(config, {
    work: 'the prediction',
    entry: 'inference/predict-worker',
    secondsMax: config.predictSecondsMax,
    groupWorkersMax: config.modelThreadsMax || Math.max(1, config.threads - 1),
    shared: sharedOf(registry),
  });
}

function createGeometryPool(config: Config): WorkerPool<GeometryJob, GeometryResult> {
  return createPool(config, {
    work: 'reading the part',
    entry: 'designs/geometry-worker',
    secondsMax: config.geometrySecondsMax,
  });
}

/** Loaded only where it is wanted: it takes longer to load than everything else. */
async function openGrpc(
  { host, grpcPort }: Config,
  parts: OpenInference & { predict: number; budget: BodyBudget; log: Logger; reusePort: boolean },
): Promise<GrpcServer | null> {
  if (grpcPort === null) return null;
  const { startGrpcServer } = await import('./grpc/server.ts');
  const place = { host, port: grpcPort, messageBytesMax: parts.predict };
  return startGrpcServer({ ...parts, ...place, requireLoopbackPeer });
}

/** What answers the Open Inference Protocol, whatever carries it. */
interface OpenInference {
  readonly inference: InferService;
  readonly directory: ModelDirectory;
}

function createPool<Job, Result>(
  config: Config,
  part: { work: string; entry: string; secondsMax: number; groupWorkersMax?: number; shared?: unknown },
): WorkerPool<Job, Result> {
  return new WorkerPool({
    work: part.work,
    entry: entryOf(part.entry),
    workersMax: config.threads,
    groupWorkersMax: part.groupWorkersMax ?? config.threads,
    queueMax: QUEUE_MAX,
    waitMsMax: config.queueMillisecondsMax,
    batchRowsMax: config.batchRowsMax,
    batchMs: config.batchMilliseconds,
    jobMsMax: part.secondsMax * 1000,
    heapMebibytesMax: WORKER_HEAP_MEBIBYTES_MAX,
    shared: part.shared,
  });
}

function bodyLimits(config: Config): { predict: number; upload: number; budget: BodyBudget } {
  const upload = config.uploadMebibytesMax * MEBIBYTE;
  return {
    predict: config.predictBodyMebibytesMax * MEBIBYTE,
    upload,
    budget: new BodyBudget(UPLOADS_AT_ONCE_MAX * upload),
  };
}
