/** Holds a model version to its recorded answers before it is served: what would be sent is what is compared. */
import type { GoldenCases, ModelInfo } from '@chamfer/contracts';
import { compareOutputs } from '@chamfer/contracts/compare-golden';
import { METHOD_NAMES } from '@chamfer/contracts/method-names';
import { SiteError } from '../errors.ts';
import type { JsonReader } from '../storage/json-reader.ts';
import { prepareCall, runCall } from './predict-call.ts';
import type { RuntimeModel } from './runtime-model.ts';

export function parseGoldenCases(document: JsonReader): GoldenCases {
  return {
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
export function verifyGoldenCases(runtime: RuntimeModel, info: ModelInfo, golden: GoldenCases): void {
  if (golden.cases.length === 0) throw broken(info, 'has no golden cases');
  for (const [at, { method, input, output }] of golden.cases.entries()) {
    const prepared = prepareCall(runtime, info, { model: undefined, method, inputs: input });
    const { predictions } = JSON.parse(runCall(runtime, info, prepared)) as { predictions: unknown };
    const { mismatch } = compareOutputs(output, predictions, golden.rtol);
    if (mismatch === null) continue;
    const { path, expected, actual } = mismatch;
    throw broken(info, `fails golden case ${at} (${method}) at ${path}: expected ${expected}, got ${actual}`);
  }
}

function broken(info: ModelInfo, what: string): SiteError {
  return new SiteError('MODEL_BROKEN', `${info.name} ${info.version} ${what}.`);
}
