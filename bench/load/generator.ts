/**
 * The load generator: a child process, so that its CPU time is its own. Takes jobs over IPC, one at a time, and ends
 * with the process that started it.
 */
import { encodeRequest, openConnection } from './http-connection.ts';
import type { CollectJob, CollectResult, Job, JobResult, LoadJob, LoadResult } from './messages.ts';
import { pace } from './pace.ts';
import { percentile } from './percentile.ts';

export interface Remembered {
  readonly port: number;
  readonly requests: readonly Buffer[];
  readonly answers: readonly Buffer[];
}

const remembered = new Map<string, Remembered>();

async function collect({ target, bodies }: CollectJob): Promise<CollectResult> {
  const { key, port, path, contentType } = target;
  const requests = bodies.map((body) => encodeRequest(port, path, contentType, body));
  const connection = await openConnection(port);
  const answers: Buffer[] = [];
  try {
    for (const request of requests) answers.push(await connection.send(request));
  } finally {
    connection.close();
  }
  remembered.set(key, { port, requests, answers });
  return { kind: 'collected', answers: answers.map((answer) => answer.toString()) };
}

async function load({ key, connections, durationMs, requestsMax, mayRefuse }: LoadJob): Promise<LoadResult> {
  const target = recall(key);
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(target.port)));
  const latencies = new Float64Array(requestsMax);
  let turn = 0;
  let sent = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + durationMs;
  try {
    await Promise.all(
      open.map(async (connection) => {
        let now = performance.now();
        while (now < endsAt && turn < requestsMax) {
          const which = turn++ % target.requests.length;
          const { status, body: answer } = await connection.exchange(target.requests[which]!);
          if (status === 503 && mayRefuse === true) {
            now = performance.now();
            continue;
          }
          const index = sent++;
          const answeredAt = performance.now();
          latencies[index] = answeredAt - now;
          now = answeredAt;
          if (!answer.equals(target.answers[which]!)) {
            throw new Error(
              `Under load, request ${which} was answered differently: ${answer.toString('utf8', 0, 300)}`,
            );
          }
        }
      }),
    );
  } finally {
    for (const connection of open) connection.close();
  }
  const elapsedMs = performance.now() - startedAt;
  const sorted = latencies.subarray(0, sent).sort();
  const latencyMs = {
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
  return { kind: 'loaded', requests: sent, elapsedMs, latencyMs };
}

function recall(key: string): Remembered {
  const target = remembered.get(key);
  if (target === undefined) throw new Error('Nothing was collected before.');
  return target;
}

function run(job: Job): Promise<JobResult> {
  if (job.kind === 'collect') return collect(job);
  return job.kind === 'load' ? load(job) : pace(recall(job.key), job);
}

process.on('message', async (job: Job) => {
  let result: JobResult;
  try {
    result = await run(job);
  } catch (error) {
    const key = job.kind === 'collect' ? job.target.key : job.key;
    result = { kind: 'failed', message: `${key}: ${error instanceof Error ? error.message : String(error)}` };
  }
  process.send!(result);
});
process.on('disconnect', () => process.exit());
