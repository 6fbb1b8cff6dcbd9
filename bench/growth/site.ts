/** A Chamfer of one step of a growth: started with further options, asked once and compared, then put under load. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareOutputs } from '@chamfer/contracts/compare-golden';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type LoopDelay, probeEnvironment, readLoopDelay } from '../measure/loop-delay.ts';
import { readTreeCpuMicroseconds, readTreeMemoryMegabytes } from '../measure/process-tree.ts';
import { type Server, startServer, targetOf } from '../measure/server.ts';
import { chamfer } from '../peers/chamfer/peer.ts';
import { dialectOf, type Format, type Peer } from '../peers/peer.ts';
import type { Prepared } from '../python/environment.ts';
import { type Batch, batchesOf, type Cases } from '../tasks/cases.ts';
import type { Task } from '../tasks/task.ts';

const RELATIVE_DIFFERENCE_MAX = 1e-9;
/** Memory for the latencies of one window. */
const REQUESTS_MAX = 500_000;
const WARM_UP_MS = 500;

export interface Bench {
  readonly prepared: Prepared;
  readonly cases: Cases;
  readonly generator: LoadGenerator;
  readonly folder: string;
  readonly windowMs: number;
  readonly report: (line: string) => void;
  readonly interrupted: AbortSignal;
  readonly cleanUp: (() => unknown)[];
}

/** What a site under load shows. */
export interface Load {
  readonly requestsPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly megabytes: number;
  /** Of all requests, those that the site had too much to do for. */
  readonly refusedShare: number;
  /** Share of one processor that the load generator took. */
  readonly generatorShare: number;
  /** Null of several processes, each of which has a loop. */
  readonly loopDelayMs: LoopDelay | null;
}

export interface Site extends Server {
  readonly delayPath: string;
  readonly processes: number;
}

export const SINGLE_ROW: Task = {
  name: 'logreg-1',
  title: 'logistic regression, 1 row',
  model: 'logreg',
  rows: 1,
  digits: 'short',
};

export interface SiteOptions {
  readonly options?: readonly string[];
  /** Instead of those that every peer serves. */
  readonly modelPaths?: readonly string[];
  readonly firstModel?: string;
  readonly processes?: number;
}

/** Starts one; `stop` it before the next. */
export async function startSite(
  { prepared, cases, folder, interrupted, cleanUp }: Bench,
  {
    options = [],
    modelPaths = prepared.modelPaths,
    firstModel = SINGLE_ROW.model,
    processes = 1,
  }: SiteOptions,
): Promise<Site> {
  const delayPath = join(folder, 'loop-delay.json');
  const peer: Peer = {
    ...chamfer,
    start(context) {
      const command = chamfer.start(context);
      return {
        ...command,
        arguments: [...command.arguments, ...options],
        environment: processes === 1 ? probeEnvironment(delayPath) : {},
      };
    },
  };
  mkdirSync(folder, { recursive: true });
  const { inputs } = batchesOf(cases, SINGLE_ROW, 'predict')[0]!;
  const firstRows = { model: firstModel, method: 'predict', inputs };
  const server = await startServer(peer, { ...prepared, modelPaths, folder }, firstRows, interrupted);
  cleanUp.push(server.stop);
  return { ...server, delayPath, processes };
}

/** Sends these once and compares the answers; they are what `load` sends then. */
export async function collect(
  { generator }: Bench,
  { peer, port }: Site,
  batches: readonly (Batch & { readonly model: string })[],
  format?: Format,
): Promise<{ readonly key: string; readonly bodyBytes: number }> {
  const dialect = dialectOf(peer, format);
  const rows = batches.map(({ model, inputs }) => ({ model, method: 'predict', inputs }));
  const bodies = rows.map((one) => dialect.encode(one));
  const key = 'growth';
  const { answers } = await generator.collect({
    target: { key, ...targetOf(dialect, port, rows[0]!) },
    bodies,
  });
  for (const [index, { expected }] of batches.entries()) {
    const actual = dialect.decode(Buffer.from(answers[index]!));
    const { mismatch } = compareOutputs(expected, actual, RELATIVE_DIFFERENCE_MAX);
    if (mismatch !== null) {
      throw new Error(
        `${batches[index]!.model} answers differently: ${mismatch.path} should be ${mismatch.expected}, is ${mismatch.actual}.`,
      );
    }
  }
  return { key, bodyBytes: Buffer.byteLength(bodies[0]!) };
}

/** What was collected, over so many connections that each send the next as soon as they have an answer. */
export async function load(bench: Bench, site: Site, connections: number): Promise<Load> {
  const { generator, windowMs } = bench;
  const job = { key: 'growth', connections, requestsMax: REQUESTS_MAX, mayRefuse: true };
  await generator.load({ ...job, durationMs: WARM_UP_MS });
  if (site.processes === 1) await readLoopDelay(site.pid, site.delayPath);
  const generatorBefore = readTreeCpuMicroseconds(generator.pid);
  const before = readTreeCpuMicroseconds(site.pid);
  const startedAt = performance.now();
  const { requests, refused, elapsedMs, latencyMs } = await generator.load({ ...job, durationMs: windowMs });
  const wallMicroseconds = (performance.now() - startedAt) * 1000;
  return {
    requestsPerSecond: (requests / elapsedMs) * 1000,
    cpuMicroseconds: (readTreeCpuMicroseconds(site.pid) - before) / requests,
    latencyMs,
    megabytes: readTreeMemoryMegabytes(site.pid),
    refusedShare: refused / (requests + refused),
    generatorShare: (readTreeCpuMicroseconds(generator.pid) - generatorBefore) / wallMicroseconds,
    loopDelayMs: site.processes === 1 ? await readLoopDelay(site.pid, site.delayPath) : null,
  };
}
