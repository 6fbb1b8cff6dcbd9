/** CPU time and memory of a process and all that it started, from Linux's /proc. Refuses nothing: what has ended counts 0. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of CPU times in /proc: USER_HZ, 100 a second on every Linux that Node.js runs on. */
const MICROSECONDS_PER_TICK = 10_000;

interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  /** User and system time of the process, and of the children that it has waited for. */
  readonly cpuTicks: number;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // It ended between the listing and the reading.
  }
}

/** Fields as proc_pid_stat(5) numbers them; the name, field 2, may hold spaces and parentheses itself. */
function readStat(pid: number): ProcessStat | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { pid, parentPid: field(4), cpuTicks: field(14) + field(15) + field(16) + field(17) };
}

function readTree(rootPid: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== null);
  const tree = all.filter((stat) => stat.pid === rootPid);
  for (const parent of tree) tree.push(...all.filter((stat) => stat.parentPid === parent.pid));
  return tree;
}

export function readTreePids(rootPid: number): number[] {
  return readTree(rootPid).map((stat) => stat.pid);
}

/** User and system time, in steps of 10 ms for each process. */
export function readTreeCpuMicroseconds(rootPid: number): number {
  return readTree(rootPid).reduce((sum, stat) => sum + stat.cpuTicks, 0) * MICROSECONDS_PER_TICK;
}

/** Proportional set size: memory that processes of the tree have in common counts once. */
export function readTreeMemoryMegabytes(rootPid: number): number {
  const kilobytes = readTreePids(rootPid).map((pid) =>
    Number(/^Pss: +(\d+) kB$/m.exec(readText(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** What all processors of the machine have been busy with, whoever asked for it (proc_stat(5), the line `cpu`). */
export function readMachineBusyMicroseconds(): number {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq!) * MICROSECONDS_PER_TICK;
}
