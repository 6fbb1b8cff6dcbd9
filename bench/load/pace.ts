/**
 * Sends requests at a steady rate, as many independent clients do: a server that falls behind gets no fewer of them.
 * Refuses an answer that is neither the remembered one nor a refusal.
 */
import type { Remembered } from './generator.ts';
import { type HttpConnection, openConnections } from './http-connection.ts';
import type { PaceJob, PaceResult } from './messages.ts';
import { percentile } from './percentile.ts';

/** How often requests that are due are sent: fine against what is measured. */
const TICK_MS = 1;

export async function pace(target: Remembered, job: PaceJob): Promise<PaceResult> {
  const { requestsPerSecond, connections, durationMs } = job;
  const idle = await openConnections(target.port, connections);
  const open = [...idle];
  const answeredMs: number[] = [];
  const refusedMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  let unsent = 0;

  async function send(connection: HttpConnection, which: number): Promise<void> {
    const startMs = performance.now();
    const { status, body } = await connection.exchange(target.requests[which]!);
    const ms = performance.now() - startMs;
    if (status !== 200) refusedMs.push(ms);
    else if (body.equals(target.answers[which]!)) answeredMs.push(ms);
    else throw new Error(`Under load, request ${which} was answered differently.`);
    idle.push(connection);
  }

  const startedAt = performance.now();
  const total = Math.round((requestsPerSecond * durationMs) / 1000);
  for (let due = 0; due < total; ) {
    const elapsed = performance.now() - startedAt;
    for (const until = Math.min(total, (elapsed * requestsPerSecond) / 1000); due < until; due++) {
      const connection = idle.pop();
      if (connection === undefined) {
        unsent++;
        continue;
      }
      const sent = send(connection, due % target.requests.length);
      underWay.add(sent);
      void sent.finally(() => underWay.delete(sent)).catch(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(underWay);
  const elapsedMs = performance.now() - startedAt;
  for (const connection of open) connection.close();
  return {
    kind: 'paced',
    answered: answeredMs.length,
    refused: refusedMs.length,
    unsent,
    elapsedMs,
    answeredMs: percentilesOf(answeredMs),
    refusedMs: percentilesOf(refusedMs),
  };
}

function percentilesOf(values: number[]): PaceResult['answeredMs'] {
  if (values.length === 0) return null;
  const sorted = values.sort((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}
