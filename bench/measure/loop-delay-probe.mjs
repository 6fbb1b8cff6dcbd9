/**
 * Loaded into a server by `--import`: on SIGUSR2 it writes the delays of the event loop since the last time to the file
 * that LOOP_DELAY_FILE names, in milliseconds. Costs one timer of 5 ms.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 5;
const path = process.env.LOOP_DELAY_FILE;

if (isMainThread && path !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  process.on('SIGUSR2', () => {
    // What is measured is the time between two timers: the delay is what is beyond it.
    const delay = (share) => Math.max(0, histogram.percentile(share) / 1e6 - RESOLUTION_MS);
    writeFileSync(`${path}.new`, JSON.stringify({ p50: delay(50), p99: delay(99), max: delay(100) }));
    renameSync(`${path}.new`, path);
    histogram.reset();
  });
}
