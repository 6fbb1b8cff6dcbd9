/**
 * Runs ONNX models in ONNX Runtime, on the thread that asks. Refuses inputs that are unknown, missing, of another
 * type or shape before anything is run: the library itself ignores inputs it does not know.
 */
import type { RuntimeModel } from '../runtime-model.ts';
import { matchInputs, requireOutputs } from '../tensor.ts';
import { readOnnxFile } from './onnx-file.ts';
import { methodTensors, rowsSignature, rowsToTensor, tensorToOutput } from './onnx-rows.ts';
import { OnnxSession } from './onnx-session.ts';
import { replaceZipMaps } from './onnx-zip-map.ts';

/** Operators that run a graph again and again, as often as the values say. */
const LOOPS = ['Loop', 'Scan', 'SequenceMap'];

/** Throws `MODEL_BROKEN`. */
export async function readOnnxModel(bytes: Uint8Array<ArrayBuffer>): Promise<RuntimeModel> {
  const { writtenBy, operators } = readOnnxFile(bytes);
  const hasZipMap = operators.has('ZipMap');
  const session = new OnnxSession(hasZipMap ? replaceZipMaps(bytes) : bytes);
  const { inputs, outputs } = session;
  const methods = methodTensors(inputs, outputs);
  const names = outputs.map(({ name }) => name);
  return {
    className: 'ONNX graph',
    writtenBy,
    signature: rowsSignature(inputs, methods),
    tensors: { inputs: [...inputs], outputs: [...outputs] },
    mayRunLong: LOOPS.some((operator) => operators.has(operator)),
    rowShapeOf() {
      const width = inputs[0]?.shape[1] ?? -1;
      return { rows: 'numbers', columns: width === -1 ? null : width, columnNames: null, columnKinds: null };
    },
    run(method, X) {
      const [answer] = session.run([rowsToTensor(inputs[0]!, X)], [methods[method]!.name]);
      return tensorToOutput(answer!);
    },
    infer(given, options) {
      const matched = matchInputs(given, inputs);
      if (options.outputs !== null) requireOutputs(options.outputs, outputs);
      return session.run(matched, options.outputs ?? names);
    },
    close: () => session.close(),
  };
}
