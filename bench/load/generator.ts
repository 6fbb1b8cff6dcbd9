/**
 * The load generator: a child process, so that its CPU time is its own. Takes jobs over IPC, one at a time, and ends
 * with the process that started it.
 */
import { encodeRequest, type HttpConnection, openConnection, openConnections } from './http-connection.ts';
import { isAlike } from './is-alike.ts';
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
  const { key, port } = target;
  const requests = bodies.map((body) => encodeRequest(target, body));
  const connection = await openConnection(port);
  const answers: Buffer[] = [];
  try {
    for (const request of requests) answers.push(await connection.send(request));
  } finally {
    connection.close();
  }
  remembered.set(key, { port, requests, answers });
  return { kind: 'collected', answers };
}

const send = (connection: HttpConnection, request: Buffer): Promise<Buffer | null> =>
  connection.send(request);

/** Null where the server says that it has too much to do. */
async function sendRefusable(connection: HttpConnection, request: Buffer): Promise<Buffer | null> {
  const { status, body } = await connection.exchange(request);
  if (status === 200) return body;
  if (status === 503) return null;
  throw new Error(`The answer is neither 200 nor 503 but ${status}: ${body.toString('utf8', 0, 500)}`);
}

async function load({ key, connections, durationMs, requestsMax, mayRefuse }: LoadJob): Promise<LoadResult> {
  const target = recall(key);
  const open = await openConnections(target.port, connections);
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
          const request = target.requests[which]!;
          const answer = await (mayRefuse === true ? sendRefusable : send)(connection, request);
          if (answer === null) {
            now = performance.now();
            continue;
          }
          const index = sent++;
          const answeredAt = performance.now();
          latencies[index] = answeredAt - now;
          now = answeredAt;
          if (!isAlike(answer, target.answers[which]!)) {
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
  return { kind: 'loaded', requests: sent, refused: turn - sent, elapsedMs, latencyMs };
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
