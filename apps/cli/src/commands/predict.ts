/**
 * `chamfer predict FILE`: one method of a pickled estimator over many rows, in batches. Refuses rows that the model
 * does not take, with the row and the column; what was written until then is taken away.
 */
import { setImmediate } from 'node:timers/promises';
import { type MethodName, readChain, rowShapeOf, type SklearnModel } from '@chamfer/sklearn';
import { runCommand } from '../describe/run-command.ts';
import { type AnswerWriter, createAnswerWriter } from '../predict/answer-writer.ts';
import { type ModelParts, readModelFiles } from '../predict/model-files.ts';
import { type Batch, readBatches } from '../predict/read-batches.ts';
import { withPlace } from '../predict/row-place.ts';

const PROGRESS_EVERY_MS = 200;

export interface PredictOptions extends ModelParts {
  /** Left out, the one that the model answers by default. */
  readonly method?: string;
  /** A file of rows; `-` for standard input. */
  readonly input: string;
  /** A file for the answers; `-` for standard output. */
  readonly output: string;
}

/** Returns the exit code: 0, 2 where the model or a row was refused, 130 where Ctrl-C stopped it. */
export function predict(file: string, options: PredictOptions): Promise<number> {
  return runCommand((signal) => predictFile(file, options, signal));
}

async function predictFile(file: string, options: PredictOptions, signal: AbortSignal): Promise<number> {
  const model = await readChain(await readModelFiles(file, options));
  const method = chooseMethod(model, options.method);
  const { parts } = model.signature.methods[method]!;
  const shape = rowShapeOf(model.signature, method);
  const { joinsRows } = model;
  const batches = readBatches(options.input, { shape, joinsRows, signal, standardInput: process.stdin });
  const writer = await createAnswerWriter(options.output, { name: method, ...(parts && { parts }) });
  try {
    await answerAll(model, method, batches, writer, signal);
    await writer.finish();
    return 0;
  } catch (error) {
    await writer.discard();
    // Whoever reads the answers has seen enough: `| head`.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    throw error;
  }
}

function chooseMethod({ signature, className }: SklearnModel, name: string | undefined): MethodName {
  if (name === undefined) return signature.defaultMethod;
  if (Object.hasOwn(signature.methods, name)) return name as MethodName;
  throw new Error(`${className} has no ${name}; it has ${Object.keys(signature.methods).join(', ')}`);
}

async function answerAll(
  model: SklearnModel,
  method: MethodName,
  batches: AsyncIterable<Batch>,
  writer: AnswerWriter,
  signal: AbortSignal,
): Promise<void> {
  const showProgress = createRowProgress();
  let rows = 0;
  for await (const batch of batches) {
    await writer.add(runBatch(model, method, batch));
    rows += batch.X.rows;
    showProgress(rows, batch.total);
    // Lets Ctrl-C in.
    await setImmediate();
    signal.throwIfAborted();
  }
  if (rows === 0) throw new Error('the input holds no rows');
  showProgress(rows, rows);
}

function runBatch(
  model: SklearnModel,
  method: MethodName,
  { X, place }: Batch,
): ReturnType<SklearnModel['run']> {
  try {
    return model.run(method, X);
  } catch (error) {
    throw withPlace(error, place, model.signature.columnNames);
  }
}

/** One line that changes, where standard error is a terminal; else nothing. */
function createRowProgress(): (rows: number, total: number | null) => void {
  if (!process.stderr.isTTY) return () => {};
  const started = performance.now();
  let shownAt = -Infinity;
  return (rows, total) => {
    const now = performance.now();
    if (rows !== total && now - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = now;
    const perSecond = Math.round((1000 * rows) / Math.max(1, now - started)).toLocaleString('en');
    const ofAll = total === null || rows === total ? '' : ` of ${total.toLocaleString('en')}`;
    const end = rows === total ? '\n' : '';
    process.stderr.write(`\r${rows.toLocaleString('en')}${ofAll} rows, ${perSecond} a second${end}`);
  };
}
