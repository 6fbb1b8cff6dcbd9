/** Loads and runs the models with packages/sklearn when told to, a JSON line in and a JSON line out: see peer.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Matrix, type MethodName, type Output, readModel } from '@chamfer/sklearn';
import type { LibraryRequest, Timing } from './peer.ts';
import { readTasks } from './tasks.ts';

/** As in scikit_learn_peer.py. */
const BATCHES_MAX = 512;

const folder = process.argv[2]!;
const tasks = new Map(readTasks(folder).tasks.map((task) => [task.name, task]));
const runners = new Map<string, (X: Matrix) => Output>();

function readBytes(name: string, container: string): Uint8Array {
  return readFileSync(join(folder, 'models', `${name}.${container}`));
}

function batchesOf(name: string, size: number): Matrix[] {
  const { rows: rowsName, columns } = tasks.get(name)!;
  const bytes = readFileSync(join(folder, 'rows', `${rowsName}.f64`));
  const all = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const count = Math.min(BATCHES_MAX, all.length / columns / size);
  return Array.from({ length: count }, (_, i) => ({
    data: all.slice(i * size * columns, (i + 1) * size * columns),
    rows: size,
    columns,
  }));
}

async function runnerOf(name: string): Promise<(X: Matrix) => Output> {
  const known = runners.get(name);
  if (known !== undefined) return known;
  const model = await readModel(readBytes(name, 'pkl'));
  const run = (X: Matrix): Output => model.run(tasks.get(name)!.method as MethodName, X);
  runners.set(name, run);
  return run;
}

const cpuMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function load(name: string, container: string, milliseconds: number): Promise<Timing> {
  const bytes = readBytes(name, container);
  const end = performance.now() + milliseconds;
  const before = cpuMicroseconds();
  let calls = 0;
  do {
    await readModel(bytes);
    calls++;
  } while (performance.now() < end);
  return { calls, cpuMicroseconds: (cpuMicroseconds() - before) / calls };
}

async function time(name: string, rows: number, milliseconds: number): Promise<Timing> {
  const run = await runnerOf(name);
  const batches = batchesOf(name, rows);
  const end = performance.now() + milliseconds;
  const before = cpuMicroseconds();
  let calls = 0;
  do {
    run(batches[calls % batches.length]!);
    calls++;
  } while (performance.now() < end);
  return { calls, cpuMicroseconds: (cpuMicroseconds() - before) / calls };
}

function numbersOf(output: Output): number[] {
  if (output.kind === 'list') return output.items.flatMap(numbersOf);
  return Array.from(output.kind === 'labels' ? output.values : output.data, Number);
}

async function answer(name: string, rows: number, path: string): Promise<{ numbers: number }> {
  const run = await runnerOf(name);
  const numbers = Float64Array.from(numbersOf(run(batchesOf(name, rows)[0]!)));
  writeFileSync(path, new Uint8Array(numbers.buffer));
  return { numbers: numbers.length };
}

function carryOut(request: LibraryRequest): Promise<unknown> {
  switch (request.do) {
    case 'load':
      return load(request.model, request.container, request.milliseconds);
    case 'time':
      return time(request.model, request.rows, request.milliseconds);
    case 'answer':
      return answer(request.model, request.rows, request.path);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line) as LibraryRequest))}\n`);
}
