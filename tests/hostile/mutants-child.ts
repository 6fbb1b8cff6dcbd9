/**
 * Tries mutants one after the other and says on standard output when it begins and ends each, so that whoever started
 * it knows which one hangs or ends the process. Holds each to its time and memory.
 */
import { writeSync } from 'node:fs';
import { makeMutant } from './make-mutant.ts';
import { tryMutant } from './try-mutant.ts';

/** Of the processor, so that a busy machine is no fault. */
const PROCESSOR_MS_MAX = 1_000;
const PEAK_BYTES_MAX = 256 * 2 ** 20;

const [seed, from, to] = process.argv.slice(2).map(Number) as [number, number, number];

for (let number = from; number < to; number++) {
  const mutant = await makeMutant(seed, number);
  say({ begins: number, file: mutant.file });
  const bytesBefore = process.memoryUsage.rss();
  const peakBefore = process.resourceUsage().maxRSS;
  const before = process.cpuUsage();
  let outcome = '';
  let fault: string | null = null;
  try {
    outcome = await tryMutant(mutant);
  } catch (error) {
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(before);
  const peak = process.resourceUsage().maxRSS;
  const processorMs = (user + system) / 1_000;
  const addedBytes = peak > peakBefore ? peak * 1_024 - bytesBefore : 0;
  if (processorMs > PROCESSOR_MS_MAX) fault ??= `It took ${Math.round(processorMs)} ms of the processor.`;
  if (addedBytes > PEAK_BYTES_MAX) fault ??= `It took ${Math.round(addedBytes / 2 ** 20)} MiB of memory.`;
  say({ outcome, fault, processorMs: Math.round(processorMs), addedBytes });
}

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
