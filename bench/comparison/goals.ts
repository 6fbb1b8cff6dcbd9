/** What Chamfer is held to beside its peers, and whether one run shows it. Refuses results without what a goal needs. */

import { bareNode } from '../peers/bare-node/peer.ts';
import { bentoml } from '../peers/bentoml/peer.ts';
import { chamfer } from '../peers/chamfer/peer.ts';
import { fastapi } from '../peers/fastapi/peer.ts';
import { litserve } from '../peers/litserve/peer.ts';
import { mlserver } from '../peers/mlserver/peer.ts';
import type { Peer } from '../peers/peer.ts';
import type { PeerResult, TaskResult } from '../report/results.ts';
import { type Spread, spreadOf } from '../report/statistics.ts';

export interface Goal {
  readonly what: string;
  /** `least`: the median must reach it. `most`: it must not exceed it. */
  readonly bound: 'least' | 'most';
  readonly wanted: number;
  readonly unit: 'times' | 'of the echo' | 's';
  readonly measured: Spread;
  readonly isMet: boolean;
}

export interface Slower {
  readonly task: string;
  readonly peer: string;
  readonly ratio: Spread;
}

/** How many times as much CPU time a peer takes for a request: its task, and at least how many. */
const TIMES: readonly (readonly [Peer, task: string, least: number])[] = [
  [fastapi, 'logreg-1', 12],
  [fastapi, 'forest-1', 60],
  [fastapi, 'pca-knn-1', 15],
  [fastapi, 'logreg-256', 8],
  [fastapi, 'logreg-256-bytes', 25],
  [mlserver, 'logreg-1', 20],
  [bentoml, 'logreg-1', 20],
  [litserve, 'logreg-1', 20],
];
const ECHO_TASKS = ['logreg-1', 'logreg-256'];
const ECHO_SHARE_MIN = 0.85;
const READY_SECONDS_MAX = 0.5;

function goal(fields: Omit<Goal, 'isMet'>): Goal {
  const { bound, wanted, measured } = fields;
  return { ...fields, isMet: bound === 'least' ? measured.median >= wanted : measured.median <= wanted };
}

function findTask(tasks: readonly TaskResult[], name: string): TaskResult {
  const found = tasks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`A goal needs the task ${name}, which was not measured.`);
  return found;
}

function findPeer(task: TaskResult, peer: Peer): TaskResult['peers'][number] {
  const found = task.peers.find((one) => one.peer === peer.name);
  if (found === undefined) throw new Error(`A goal needs ${peer.title}, which was not measured.`);
  return found;
}

/** Requests per second over the bare echo's in the same round. */
function shareOfEcho(task: TaskResult): Spread {
  const echo = new Map(findPeer(task, bareNode).rounds.map((one) => [one.round, one.requestsPerSecond]));
  return spreadOf(
    findPeer(task, chamfer).rounds.flatMap(({ round, requestsPerSecond }) => {
      const ofEcho = echo.get(round);
      return ofEcho === undefined ? [] : [requestsPerSecond / ofEcho];
    }),
  );
}

export function judgeGoals(tasks: readonly TaskResult[], peers: readonly PeerResult[]): Goal[] {
  const times = TIMES.map(([peer, name, wanted]) => {
    const task = findTask(tasks, name);
    const { ratio } = findPeer(task, peer);
    if (ratio === null) throw new Error(`${name} has nothing to compare ${peer.title} with.`);
    return goal({
      what: `${task.title}: CPU time of ${peer.title}`,
      bound: 'least',
      wanted,
      unit: 'times',
      measured: ratio,
    });
  });
  const echo = ECHO_TASKS.map((name) => {
    const task = findTask(tasks, name);
    return goal({
      what: `${task.title}: requests per second`,
      bound: 'least',
      wanted: ECHO_SHARE_MIN,
      unit: 'of the echo',
      measured: shareOfEcho(task),
    });
  });
  const ready = peers
    .filter(({ name }) => name.startsWith(chamfer.name))
    .map(({ title, readySeconds }) =>
      goal({
        what: `${title}: from the start of the process to the first prediction, later starts`,
        bound: 'most',
        wanted: READY_SECONDS_MAX,
        unit: 's',
        measured: spreadOf(readySeconds.slice(-Math.max(1, readySeconds.length - 1))),
      }),
    );
  return [...times, ...echo, ...ready];
}

/** Where a peer that predicts takes less CPU time than Chamfer; the bare echo does not predict. */
export function listSlower(tasks: readonly TaskResult[]): Slower[] {
  return tasks.flatMap((task) =>
    task.peers.flatMap(({ peer, ratio }) =>
      ratio !== null && peer !== bareNode.name && ratio.median < 1 ? [{ task: task.title, peer, ratio }] : [],
    ),
  );
}
