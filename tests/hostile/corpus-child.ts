/** Reads the files it is given, one after the other, and writes what came of each and the most memory so far. */
import { readFileSync } from 'node:fs';
import type { Attack } from './corpus/attack.ts';
import { type Refusal, tryAttack } from './corpus/try-attack.ts';

export interface ChildTask {
  readonly path: string;
  readonly reader: Attack['reader'] | null;
}

export interface ChildResult extends Refusal {
  readonly processorMs: number;
  /** Of the process since it started. */
  readonly peakBytes: number;
}

const tasks = JSON.parse(process.argv[2]!) as ChildTask[];
for (const { path, reader } of tasks) {
  const bytes = new Uint8Array(readFileSync(path));
  const before = process.cpuUsage();
  const refusal = await tryAttack(bytes, reader ?? undefined);
  const { user, system } = process.cpuUsage(before);
  const result: ChildResult = {
    ...refusal,
    processorMs: (user + system) / 1_000,
    peakBytes: process.resourceUsage().maxRSS * 1_024,
  };
  console.log(JSON.stringify(result));
}
