/**
 * `BUILD`: gives the value on the stack its state. Fills NumPy arrays, reads the raw arrays of joblib that
 * follow in the file, and refuses state for anything but an object.
 */
import { SklearnError } from '../errors.ts';
import { countElements } from '../numpy/dtype.ts';
import { fillArray, rawArray, readRawArrayNote } from '../numpy/pickled-array.ts';
import { STATELESS } from './allowlist.ts';
import type { PickleMachine } from './machine.ts';
import { asStructure, isKind, type NdArray, type PickleValue } from './value.ts';

export function buildState(machine: PickleMachine, state: PickleValue): void {
  const target = asStructure(machine.top());
  if (target === null) throw machine.malformed('gives state to a plain value');
  if (target.kind === 'ndarray') {
    fillArray(target, state, machine.arrays);
    return;
  }
  if (target.kind !== 'object') throw machine.malformed(`gives state to a ${target.kind}`);
  if (target.state !== undefined) throw machine.malformed('gives an object its state a second time');
  target.state = STATELESS.has(`${target.global.module} ${target.global.name}`) ? null : state;
  if (target.global.module !== 'joblib.numpy_pickle') return;
  if (target.global.name !== 'NumpyArrayWrapper') throw arrayElsewhere(state, machine);
  machine.replaceTop(readRawArray(machine, state));
}

/** joblib before 0.10 wrote one file for the object, and one for each of its arrays. */
function arrayElsewhere(state: PickleValue, machine: PickleMachine): SklearnError {
  const entries = isKind(state, 'dict') ? state.entries.slice(0, 16) : [];
  const name = entries.find(([key]) => key === 'filename')?.[1];
  const where = typeof name === 'string' ? JSON.stringify(name.slice(0, 80)) : 'a file of their own';
  return new SklearnError(
    'ARRAY_UNSUPPORTED',
    `The numbers of an array stand in ${where} beside this file, as joblib before 0.10 wrote them. Load all of it with joblib and save it again.`,
    { offsetBytes: machine.opcodeOffset },
  );
}

/** joblib's extension of the format: the bytes of the array stand right here, outside all frames. */
function readRawArray(machine: PickleMachine, state: PickleValue): NdArray {
  const { cursor, arrays } = machine;
  if (cursor.inFrame) throw machine.malformed('announces a raw array inside a frame');
  cursor.leaveFinishedFrame();
  if (machine.readNested === undefined) throw machine.malformed('announces a raw array inside another');
  machine.file.rawArrays++;
  const note = readRawArrayNote(state, arrays);
  if (note.dtype.kind === 'O') {
    const nested = machine.readNested();
    if (!isKind(nested, 'ndarray') || nested.shape.join() !== note.shape.join()) {
      throw machine.malformed('announces an object array, and another value follows');
    }
    return nested;
  }
  if (note.padded) cursor.skip(cursor.uint8());
  const count = countElements(note.shape, machine.opcodeOffset);
  return rawArray(note, cursor.take(count * note.dtype.itemsize), arrays);
}
