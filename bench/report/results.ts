/** The result of one run as data: every round's numbers, with the machine, the versions and how busy others were. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import type { CheckedTask, Measurement, RoundSettings } from '../measure/rounds.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface PeerResult {
  readonly name: string;
  readonly title: string;
  /** Every start, in order: from the process to its first prediction. */
  readonly readySeconds: readonly number[];
  readonly memoryMegabytes: { readonly ready: number; readonly afterLoad: number | null };
}

interface TaskPeerResult {
  readonly peer: string;
  readonly cpuMicroseconds: Spread;
  /** CPU time per request over that of the baseline in the same round. */
  readonly ratio: Spread | null;
  readonly requestsPerSecond: Spread;
  readonly latencyMs: { readonly p50: Spread; readonly p95: Spread; readonly p99: Spread };
  readonly generatorShare: Spread;
  readonly rounds: readonly Omit<Measurement, 'task' | 'peer'>[];
}

export interface TaskResult {
  readonly name: string;
  readonly title: string;
  readonly bodyBytes: number;
  readonly worstDifference: number;
  readonly peers: readonly TaskPeerResult[];
}

export interface Results {
  readonly date: string;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly memoryGigabytes: number;
    readonly linux: string;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: RoundSettings;
  readonly baseline: string;
  /** Share of the machine that other programs took while a window ran. */
  readonly othersShare: Spread;
  readonly peers: readonly PeerResult[];
  readonly tasks: readonly TaskResult[];
}

/** Noise makes every further digit meaningless. */
export function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

export function readChamferVersion(): string {
  const manifest = readFileSync(join(repositoryRoot, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

export function describeMachine(): Results['machine'] {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    processors: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    linux: release(),
  };
}

function summarise(
  peer: string,
  measured: readonly Measurement[],
  baseline: readonly Measurement[],
): TaskPeerResult {
  const spread = (read: (one: Measurement) => number): Spread => spreadOf(measured.map(read));
  const baselineOf = new Map(baseline.map((one) => [one.round, one.cpuMicroseconds]));
  const ratios = measured.flatMap((one) => {
    const reference = baselineOf.get(one.round);
    return reference === undefined ? [] : [one.cpuMicroseconds / reference];
  });
  return {
    peer,
    cpuMicroseconds: spread((one) => one.cpuMicroseconds),
    ratio: ratios.length === 0 ? null : spreadOf(ratios),
    requestsPerSecond: spread((one) => one.requestsPerSecond),
    latencyMs: {
      p50: spread((one) => one.latencyMs.p50),
      p95: spread((one) => one.latencyMs.p95),
      p99: spread((one) => one.latencyMs.p99),
    },
    generatorShare: spread((one) => one.generatorShare),
    rounds: measured.map(({ task: _task, peer: _peer, ...round }) => round),
  };
}

export function summariseTasks(
  checked: readonly CheckedTask[],
  measurements: readonly Measurement[],
  peers: readonly string[],
  baseline: string,
): TaskResult[] {
  return checked.map(({ task: { name, title }, bodyBytes, worstDifference }) => {
    const of = (peer: string): Measurement[] =>
      measurements.filter((one) => one.task === name && one.peer === peer);
    return {
      name,
      title,
      bodyBytes,
      worstDifference,
      peers: peers.map((peer) => summarise(peer, of(peer), of(baseline))),
    };
  });
}
