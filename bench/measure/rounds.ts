/**
 * The measuring itself: every peer answers every task once and is checked, then in each round every peer in turn
 * answers each task under load while its process tree's CPU time is read before and after. Refuses to time a peer
 * whose answers differ from scikit-learn's.
 */
import { compareOutputs } from '@chamfer/contracts/compare-golden';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { LoadResult } from '../load/messages.ts';
import { dialectOf, type Rows } from '../peers/peer.ts';
import { batchesOf, type Cases, methodsOf } from '../tasks/cases.ts';
import type { Task } from '../tasks/task.ts';
import { readMachineBusyMicroseconds, readTreeCpuMicroseconds } from './process-tree.ts';
import { type Server, targetOf } from './server.ts';

/** What `predict` and `predict_proba` may differ from scikit-learn by, as `compareOutputs` means it. */
const RELATIVE_DIFFERENCE_MAX = 1e-9;
/** Memory for the latencies of one window: more than any of these servers answers in it. */
const REQUESTS_MAX = 200_000;

export interface RoundSettings {
  readonly rounds: number;
  /** How long one peer answers one task in one round. */
  readonly windowMs: number;
  readonly warmUpMs: number;
  readonly connections: number;
}

/** One window of load on one peer. */
export interface Measurement {
  readonly round: number;
  readonly task: string;
  readonly peer: string;
  readonly requests: number;
  readonly cpuMicroseconds: number;
  readonly requestsPerSecond: number;
  readonly latencyMs: LoadResult['latencyMs'];
  /** Share of one processor that the load generator took: near 1, it was the limit and not the server. */
  readonly generatorShare: number;
  /** CPU time that others than the server and the benchmark took, as a share of the whole machine. */
  readonly othersShare: number;
}

/** A task whose answers agreed. */
export interface CheckedTask {
  readonly task: Task;
  readonly bodyBytes: number;
  readonly worstDifference: number;
}

/** Under which the generator remembers a task of a server. */
export const keyOf = (server: Server, task: Task): string => `${server.peer.name} ${task.name}`;

/** What a task times; the other recorded methods are only compared. */
const timedMethodOf = (task: Task): string => task.method ?? 'predict';

/** Sends every batch of a task once and compares the answers. The timed method comes last and stays remembered. */
export async function checkTask(
  server: Server,
  task: Task,
  cases: Cases,
  generator: LoadGenerator,
): Promise<CheckedTask> {
  const { peer, port } = server;
  const dialect = dialectOf(peer, task.format);
  const timed = timedMethodOf(task);
  let worstDifference = 0;
  let bodyBytes = 0;
  const methods = methodsOf(cases, task.model).filter((method) => method !== timed);
  for (const method of [...methods, timed]) {
    const batches = batchesOf(cases, task, method);
    const rows = batches.map(({ inputs }): Rows => ({ model: task.model, method, inputs }));
    const bodies = rows.map((one) => dialect.encode(one));
    bodyBytes = bodies[0]!.length;
    const target = { key: keyOf(server, task), ...targetOf(dialect, port, rows[0]!) };
    const { answers } = await generator.collect({ target, bodies });
    if (!peer.predicts) continue;
    for (const [index, { expected }] of batches.entries()) {
      const { worst, mismatch } = compareOutputs(
        expected,
        dialect.decode(Buffer.from(answers[index]!)),
        RELATIVE_DIFFERENCE_MAX,
      );
      worstDifference = Math.max(worstDifference, worst);
      if (mismatch !== null) {
        const { path, expected: wanted, actual } = mismatch;
        throw new Error(
          `${peer.title} answers ${method} of ${task.model} differently: ${path} should be ${wanted}, is ${actual}.`,
        );
      }
    }
  }
  return { task, bodyBytes, worstDifference };
}

/** `casesOf`: what the scikit-learn behind a server answers, which is not of one version everywhere. */
export async function checkAll(
  servers: readonly Server[],
  tasks: readonly Task[],
  casesOf: (server: Server) => Cases,
  generator: LoadGenerator,
): Promise<CheckedTask[]> {
  const checked: CheckedTask[] = [];
  for (const task of tasks) {
    const ofPeers: CheckedTask[] = [];
    for (const server of servers) ofPeers.push(await checkTask(server, task, casesOf(server), generator));
    const worstDifference = Math.max(...ofPeers.map((one) => one.worstDifference));
    checked.push({ task, bodyBytes: ofPeers[0]!.bodyBytes, worstDifference });
  }
  return checked;
}

async function measure(
  server: Server,
  task: Task,
  generator: LoadGenerator,
  settings: RoundSettings & { readonly round: number; readonly processors: number },
): Promise<Measurement> {
  const ownBefore = readTreeCpuMicroseconds(process.pid);
  const generatorBefore = readTreeCpuMicroseconds(generator.pid);
  const serverBefore = readTreeCpuMicroseconds(server.pid);
  const machineBefore = readMachineBusyMicroseconds();
  const startedAt = performance.now();
  const result = await generator.load({
    key: keyOf(server, task),
    connections: task.connections ?? settings.connections,
    durationMs: settings.windowMs,
    requestsMax: REQUESTS_MAX,
  });
  const wallMicroseconds = (performance.now() - startedAt) * 1000;
  const machine = readMachineBusyMicroseconds() - machineBefore;
  const cpu = readTreeCpuMicroseconds(server.pid) - serverBefore;
  // The benchmark's own tree holds every server, this one and the idle others.
  const own = readTreeCpuMicroseconds(process.pid) - ownBefore;
  return {
    round: settings.round,
    task: task.name,
    peer: server.peer.name,
    requests: result.requests,
    cpuMicroseconds: cpu / result.requests,
    requestsPerSecond: (result.requests / result.elapsedMs) * 1000,
    latencyMs: result.latencyMs,
    generatorShare: (readTreeCpuMicroseconds(generator.pid) - generatorBefore) / wallMicroseconds,
    othersShare: Math.max(0, (machine - own) / (wallMicroseconds * settings.processors)),
  };
}

/** Peers take turns inside each task, and begin with another one each round, so that what drifts hits all alike. */
export async function runRounds(
  servers: readonly Server[],
  tasks: readonly Task[],
  generator: LoadGenerator,
  settings: RoundSettings & { readonly processors: number; readonly report: (line: string) => void },
  firstRound = 0,
): Promise<Measurement[]> {
  for (const task of tasks) {
    for (const server of servers) {
      const { warmUpMs: durationMs } = settings;
      const connections = task.connections ?? settings.connections;
      await generator.load({ key: keyOf(server, task), connections, durationMs, requestsMax: REQUESTS_MAX });
    }
  }
  const measurements: Measurement[] = [];
  for (let round = 0; round < settings.rounds; round += 1) {
    settings.report(`Round ${round + 1} of ${settings.rounds} ...`);
    const turn = round % servers.length;
    const inTurn = [...servers.slice(turn), ...servers.slice(0, turn)];
    for (const task of tasks) {
      for (const server of inTurn) {
        measurements.push(await measure(server, task, generator, { ...settings, round: firstRound + round }));
      }
    }
  }
  return measurements;
}
