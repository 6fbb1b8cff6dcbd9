/**
 * The Open Inference Protocol over HTTP, with the rows as JSON and as bytes. Refuses answers of several outputs.
 * Of a binary answer only the datatypes that predictions come in are read.
 */
import type { Dialect, Rows } from './peer.ts';

interface Output {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size?: number };
}

/** Servers make one up where none is given; then no two answers would be alike. */
const CALL_ID = 'bench';

const shapeOf = ({ inputs }: Rows): number[] => [inputs.length, inputs[0]!.length];

/** A row each; a single column is answered as [rows, 1] by some and as [rows] by others. */
function nest(flat: readonly unknown[], shape: readonly number[]): unknown {
  const [rows = 0, columns = 1] = shape;
  if (columns === 1) return flat;
  return Array.from({ length: rows }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
}

function onlyOutput(text: string): Output {
  const { outputs } = JSON.parse(text) as { outputs: readonly Output[] };
  if (outputs.length !== 1) throw new Error(`There are ${outputs.length} outputs instead of one.`);
  return outputs[0]!;
}

const pathOf = ({ model }: Rows): string => `/v2/models/${model}/infer`;

export const openInference: Dialect = {
  path: pathOf,
  contentType: 'application/json',
  encode: (rows) =>
    JSON.stringify({
      id: CALL_ID,
      inputs: [{ name: 'inputs', shape: shapeOf(rows), datatype: 'FP64', data: rows.inputs.flat() }],
      outputs: [{ name: rows.method }],
    }),
  decode(answer) {
    const { data = [], shape } = onlyOutput(answer.toString());
    return nest(data, shape);
  },
};

function headOf(rows: Rows): string {
  const shape = shapeOf(rows);
  const parameters = { binary_data_size: shape[0]! * shape[1]! * Float64Array.BYTES_PER_ELEMENT };
  return JSON.stringify({
    id: CALL_ID,
    inputs: [{ name: 'inputs', shape, datatype: 'FP64', parameters }],
    outputs: [{ name: rows.method, parameters: { binary_data: true } }],
  });
}

function readElements(bytes: Buffer, datatype: string): unknown[] {
  // A copy of its own begins where typed arrays may.
  const { buffer } = new Uint8Array(bytes);
  if (datatype === 'FP64') return [...new Float64Array(buffer)];
  if (datatype === 'INT64') return [...new BigInt64Array(buffer)].map(Number);
  throw new Error(`An output of ${datatype} was not expected.`);
}

export const openInferenceBytes: Dialect = {
  path: pathOf,
  contentType: 'application/octet-stream',
  headers: (rows) => ({ 'inference-header-content-length': String(headOf(rows).length) }),
  encode: (rows) =>
    Buffer.concat([Buffer.from(headOf(rows)), new Uint8Array(Float64Array.from(rows.inputs.flat()).buffer)]),
  decode(answer) {
    // How long the JSON is stands in a header; it is also what the bytes after it leave.
    const sizeBytes = Number(/"binary_data_size": ?(\d+)/.exec(answer.toString('latin1'))?.[1]);
    const end = answer.length - sizeBytes;
    const { datatype, shape } = onlyOutput(answer.toString('utf8', 0, end));
    return nest(readElements(answer.subarray(end), datatype), shape);
  },
};
