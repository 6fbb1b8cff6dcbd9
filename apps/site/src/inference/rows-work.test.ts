import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelInfo } from '@chamfer/contracts';
import { expect, test } from 'vitest';
import { FIXTURES } from '../../fixtures/small-site.ts';
import type { InferCall } from './oip/infer-call.ts';
import { encodeAnswer, loadProto } from './oip/messages.ts';
import { runInfer } from './oip/run-infer.ts';
import { encodeRows } from './rows-work.ts';
import { readSklearnModel } from './runtimes/sklearn.ts';
import { makeTensor } from './tensor.ts';

test.each(['scaled-logistic', 'neighbours'])(
  '%s answers tensors as rows as it answers tensors',
  async (name) => {
    await loadProto();
    const runtime = await readSklearnModel(readFileSync(join(FIXTURES, 'pickles', `${name}.pkl`)));
    const info = { name, version: '1', signature: runtime.signature } as ModelInfo;
    const columns = runtime.signature.input.shape[1]!;
    const data = Float64Array.from({ length: 3 * columns }, (_, at) => Math.sin(at));
    const names = runtime.tensors.outputs.map((output) => output.name);
    const parts = (method: string): string[] => names.filter((one) => one.split('.')[0] === method).reverse();
    const choices = [
      null,
      ...names.map((one) => [one]),
      ...Object.keys(runtime.signature.methods).map(parts),
    ];
    const inputs = [makeTensor('inputs', 'FP64', [3, columns], data)];
    for (const chosen of choices) {
      const rows = runtime.rowTensors!.toRows(inputs, chosen)!;
      const output = runtime.run(rows.method, rows.X);
      for (const isBinary of [true, false]) {
        const outputs = chosen?.map((one) => ({ name: one, classification: null, isBinary })) ?? null;
        const asked = {
          model: name,
          version: '1',
          id: 'a',
          parameters: {},
          outputs,
          isBinaryUnasked: isBinary,
        };
        const call: InferCall = { ...asked, inputs };
        for (const form of [{ kind: 'json' }, { kind: 'proto', isRaw: isBinary }] as const) {
          const expected = encodeAnswer(await runInfer({ info, runtime }, call), call, form);
          expect(
            encodeRows({ info, runtime }, rows.method, output, { kind: 'infer', call: asked, form }),
          ).toEqual(expected);
        }
      }
    }
    const methods = Object.keys(runtime.signature.methods);
    const several = [...new Set(methods)].slice(0, 2).flatMap(parts);
    if (methods.length > 1) expect(runtime.rowTensors!.toRows(inputs, several)).toBeNull();
  },
);
