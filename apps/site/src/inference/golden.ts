/** Holds a model version to its recorded answers before it is served: what would be sent is what is compared. */
import type { GoldenCases, GoldenTensor, ModelInfo } from '@chamfer/contracts';
import { compareOutputs } from '@chamfer/contracts/compare-golden';
import { DATATYPES } from '@chamfer/contracts/datatypes';
import { METHOD_NAMES } from '@chamfer/contracts/method-names';
import { SiteError } from '../errors.ts';
import type { JsonReader } from '../storage/json-reader.ts';
import { prepareCall, runCall } from './predict-call.ts';
import type { RuntimeModel } from './runtime-model.ts';
import { ARRAYS, makeTensor, type Tensor, toText } from './tensor.ts';

export function parseGoldenCases(document: JsonReader): GoldenCases {
  const tensors = (field: JsonReader): GoldenTensor[] =>
    field.list().map((one) => ({
      name: one.field('name').text(),
      datatype: one.field('datatype').oneOf(DATATYPES),
      shape: one
        .field('shape')
        .list()
        .map((size) => size.integer(0)),
      data: one
        .field('data')
        .list()
        .map((value) => value.any()),
    }));
  const tensorCases = document.optional('tensorCases', (list) =>
    list
      .list()
      .map((one) => ({ inputs: tensors(one.field('inputs')), outputs: tensors(one.field('outputs')) })),
  );
  return {
    ...(tensorCases === undefined ? {} : { tensorCases }),
    recordedBy: document.field('recordedBy').text(),
    rtol: document.field('rtol').number(),
    cases: document
      .field('cases')
      .list()
      .map((one) => ({
        method: one.field('method').oneOf(METHOD_NAMES),
        // Checked by the call itself, as any caller's rows are.
        input: one.field('input').any() as number[][],
        output: one.field('output').any() as unknown[],
      })),
  };
}

/** Throws `MODEL_BROKEN` at the first answer outside the tolerance. */
export async function verifyGoldenCases(
  runtime: RuntimeModel,
  info: ModelInfo,
  golden: GoldenCases,
): Promise<void> {
  const { cases, tensorCases = [], rtol } = golden;
  if (cases.length + tensorCases.length === 0) throw broken(info, 'has no golden cases');
  for (const [at, { method, input, output }] of cases.entries()) {
    const prepared = prepareCall(runtime, info, { model: undefined, method, inputs: input });
    const { predictions } = JSON.parse(runCall(runtime, info, prepared)) as { predictions: unknown };
    requireSame(info, `golden case ${at} (${method})`, output, predictions, rtol);
  }
  for (const [at, { inputs, outputs }] of tensorCases.entries()) {
    const names = outputs.map(({ name }) => name);
    const answers = await runtime.infer(inputs.map(toTensor), { outputs: names });
    for (const [place, { name, data, shape }] of outputs.entries()) {
      const answer = answers[place]!;
      requireSame(info, `golden case ${at} (shape of ${name})`, [...shape], [...answer.shape], 0);
      requireSame(info, `golden case ${at} (${name})`, plain(data), plain([...answer.data]), rtol);
    }
  }
}

function requireSame(info: ModelInfo, place: string, expected: unknown, actual: unknown, rtol: number): void {
  const { mismatch } = compareOutputs(expected, actual, rtol);
  if (mismatch === null) return;
  const what = `expected ${mismatch.expected}, got ${mismatch.actual}`;
  throw broken(info, `fails ${place} at ${mismatch.path}: ${what}`);
}

function toTensor({ name, datatype, shape, data }: GoldenTensor): Tensor {
  if (datatype === 'BYTES') return makeTensor(name, datatype, shape, data.map(String));
  const isBig = datatype === 'INT64' || datatype === 'UINT64';
  const values = new ARRAYS[datatype](data.length);
  for (const [at, value] of data.entries()) {
    values[at] = (isBig ? BigInt(value as number | string) : Number(value)) as never;
  }
  return makeTensor(name, datatype, shape, values);
}

/** Both sides in the same words: integers of 64 bits as their digits, booleans as 0 and 1, bytes as text. */
function plain(data: readonly unknown[]): unknown[] {
  return data.map((value) => {
    if (typeof value === 'boolean') return Number(value);
    if (typeof value === 'bigint') return String(value);
    return value instanceof Uint8Array ? toText(value) : value;
  });
}

function broken(info: ModelInfo, what: string): SiteError {
  return new SiteError('MODEL_BROKEN', `${info.name} ${info.version} ${what}.`);
}
