/**
 * Several calls of one model and method as one computation, with each call's rows of the answer apart again. The
 * runtime has to answer a row alike whatever rows stand beside it.
 */
import type { PreparedCall } from './predict-call.ts';
import type { MethodName, Output, RuntimeModel } from './runtime-model.ts';

/** One answer a call, in their order; null where the answer is not row by row. Throws what the runtime throws. */
export function runTogether(
  runtime: RuntimeModel,
  method: MethodName,
  calls: readonly PreparedCall['X'][],
): Output[] | null {
  const { columns } = calls[0]!;
  const rows = calls.reduce((sum, X) => sum + X.rows, 0);
  const data = new Float64Array(rows * columns);
  let at = 0;
  for (const X of calls) {
    data.set(X.data, at);
    at += X.data.length;
  }
  const output = runtime.run(method, { data, rows, columns });
  if (!isRowByRow(output, rows)) return null;
  let from = 0;
  return calls.map((X) => {
    const part = sliceRows(output, from, from + X.rows);
    from += X.rows;
    return part;
  });
}

function isRowByRow(output: Output, rows: number): boolean {
  return output.kind === 'list'
    ? output.items.every((item) => isRowByRow(item, rows))
    : output.shape[0] === rows;
}

function sliceRows(output: Output, from: number, to: number): Output {
  if (output.kind === 'list') {
    return { ...output, items: output.items.map((item) => sliceRows(item, from, to)) };
  }
  const { shape } = output;
  const perRow = shape.slice(1).reduce((product, size) => product * size, 1);
  const partShape = [to - from, ...shape.slice(1)];
  return output.kind === 'numbers'
    ? { ...output, shape: partShape, data: output.data.subarray(from * perRow, to * perRow) }
    : { ...output, shape: partShape, values: output.values.slice(from * perRow, to * perRow) };
}
