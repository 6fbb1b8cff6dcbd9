/** What must hold for a damaged model file: a typed error, or a model that answers within its shape or refuses its rows. */
import { readFileSync } from 'node:fs';
import { estimatorTree } from '../../apps/cli/src/inspect/estimator-tree.ts';
import { SKLEARN_ERROR_CODES, SklearnError } from '../../packages/sklearn/src/errors.ts';
import { inspectModel } from '../../packages/sklearn/src/inspect-model.ts';
import type { MethodName, Output, SklearnModel } from '../../packages/sklearn/src/model.ts';
import { readNpy } from '../../packages/sklearn/src/numpy/npy.ts';
import { readModel } from '../../packages/sklearn/src/read-model.ts';
import { readRows, rowShapeOf } from '../../packages/sklearn/src/read-rows.ts';
import type { Mutant } from './make-mutant.ts';

const ROWS = 3;
/** Wider rows are not made: the width is a number of the file. */
const COLUMNS_MAX = 100_000;
const MESSAGE_LENGTH_MAX = 4_000;

/** The code of the refusal, or what the model did. Throws whatever is no typed error, and what breaks its shape. */
export async function tryMutant({ bytes, casesPath }: Mutant): Promise<string> {
  const code = await orCode(async () => {
    if (bytes[0] === 0x93 && bytes[1] === 0x4e) {
      readNpy(bytes);
      return 'read';
    }
    return ask(await readModel(bytes), casesPath);
  });
  // Whoever looks at a file goes on behind a name that is refused.
  if (code === 'PICKLE_FORBIDDEN_GLOBAL') await look(bytes);
  if (Object.keys(Object.prototype).length > 0) throw new Error('The prototype of all objects was changed.');
  return code;
}

async function look(bytes: Uint8Array): Promise<void> {
  const { root, problems } = await inspectModel(bytes);
  estimatorTree(root);
  if (problems.length === 0) throw new Error('A file that is refused was inspected without a problem.');
}

async function orCode(step: () => Promise<string> | string): Promise<string> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    if (!SKLEARN_ERROR_CODES.includes(error.code)) throw new Error(`Unknown code ${error.code}.`);
    if (error.message.length > MESSAGE_LENGTH_MAX)
      throw new Error(`A message of ${error.message.length} characters.`);
    return error.code;
  }
}

/** Every method, over rows that were recorded and rows that were not. */
async function ask(model: SklearnModel, casesPath: string | null): Promise<string> {
  const { columns, methods } = model.signature;
  let answered = 0;
  for (const method of Object.keys(methods) as MethodName[]) {
    const width = methods[method]!.columns ?? columns ?? 4;
    if (width > COLUMNS_MAX) continue;
    for (const rows of [recordedRows(casesPath, method), madeRows(model, width)]) {
      if (rows === null) continue;
      const code = await orCode(() => {
        const X = readRows(rows, rowShapeOf(model.signature, method));
        checkOutput(model.run(method, X), rows.length);
        return 'answered';
      });
      if (code === 'answered') answered++;
      else if (code !== 'INPUT_INVALID') throw new Error(`${method} failed with ${code} while predicting.`);
    }
  }
  return answered > 0 ? 'answered' : 'INPUT_INVALID';
}

function recordedRows(casesPath: string | null, method: string): unknown[] | null {
  if (casesPath === null) return null;
  const { cases } = JSON.parse(readFileSync(casesPath, 'utf8')) as {
    cases: { method: string; input: unknown[] }[];
  };
  return cases.find((one) => one.method === method)?.input.slice(0, ROWS) ?? null;
}

function madeRows({ signature: { rows, columnKinds } }: SklearnModel, width: number): unknown[] {
  const cell = (j: number): unknown =>
    columnKinds?.[j]?.categories?.[0] ?? (columnKinds?.[j]?.kind === 'number' ? 1.5 : 'steel');
  const row = (i: number): unknown => {
    switch (rows) {
      case 'numbers':
        return Array.from({ length: width }, (_, j) => [0, 1.5, -1e30][(i + j) % 3]);
      case 'table':
        return Array.from({ length: width }, (_, j) => cell(j));
      case 'text':
        return 'some words of a text';
      case 'record':
        return { age: 3, material: 'steel' };
      case 'label':
        return ['a', 1, true][i];
      case 'label list':
        return ['a', 'b'];
    }
  };
  return Array.from({ length: ROWS }, (_, i) => row(i));
}

function checkOutput(output: Output, rows: number): void {
  if (output.kind === 'list') {
    for (const item of output.items) checkOutput(item, rows);
    return;
  }
  const size = output.shape.reduce((product, length) => product * length, 1);
  const values = output.kind === 'labels' ? output.values : output.data;
  if (values.length !== size || output.shape[0] !== rows) {
    throw new Error(`${values.length} values for the shape (${output.shape.join(', ')}) of ${rows} rows.`);
  }
  if (output.kind === 'labels' && output.values.includes(undefined as never))
    throw new Error('A label is undefined.');
}
