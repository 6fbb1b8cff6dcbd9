/**
 * Recorded cases out of the arrays of an .npz: `0.predict_proba.input` and `0.predict_proba.output`, where the
 * method returns several arrays `0.kneighbors.output.0`, `.1` and so on. Refuses other names and cases without both.
 */
import type { NdArray } from '@chamfer/sklearn';
import type { RecordedCase } from './parse-cases.ts';

const NAME = /^(\d{1,9})\.([a-z_]+)\.(input|output(?:\.(\d{1,4}))?)$/;

interface Arrays {
  readonly method: string;
  input: NdArray | null;
  output: NdArray | null;
  readonly parts: NdArray[];
}

/** In the order of their numbers. Throws an Error that names the array. */
export function casesOfArrays(arrays: ReadonlyMap<string, NdArray>): readonly RecordedCase[] {
  const cases = new Map<string, Arrays>();
  for (const [name, array] of arrays) {
    const [, index, method, role, part] = NAME.exec(name) ?? [];
    if (index === undefined || method === undefined) {
      throw new Error(
        `the array ${JSON.stringify(name)} should be named like 0.predict.input or 0.predict.output`,
      );
    }
    if ('kind' in array.data) throw new Error(`the array ${name} has named fields; save plain ones`);
    const key = `${index}.${method}`;
    const own = cases.get(key) ?? { method, input: null, output: null, parts: [] };
    cases.set(key, own);
    if (part !== undefined) own.parts[Number(part)] = array;
    else if (role === 'input') own.input = array;
    else own.output = array;
  }
  if (cases.size === 0) throw new Error('there are no cases to compare');
  const sorted = [...cases].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return sorted.map(([path, own]) => toCase(path, own));
}

function toCase(path: string, { method, input, output, parts }: Arrays): RecordedCase {
  if (input === null || input.shape.length === 0 || input.shape[0] === 0) {
    throw new Error(`${path}.input is missing or holds no rows`);
  }
  if (output === null && parts.length === 0) throw new Error(`${path}.output is missing`);
  if (parts.length > 0 && (output !== null || Object.keys(parts).length < parts.length)) {
    throw new Error(`${path}.output is not whole: number its parts from 0`);
  }
  return {
    path,
    method,
    input: nested(input) as readonly unknown[],
    output: output === null ? parts.map((part) => nested(part)) : nested(output),
  };
}

/** Nested lists, as `tolist()` gives them. */
function nested({ data, shape, dtype }: NdArray): unknown {
  const items = data as ArrayLike<unknown>;
  const itemAt = (offset: number): unknown => {
    const item = items[offset];
    return dtype === 'b1' ? item === 1 : typeof item === 'bigint' ? Number(item) : item;
  };
  const list = (depth: number, offset: number): unknown => {
    if (depth === shape.length) return itemAt(offset);
    const step = shape.slice(depth + 1).reduce((product, size) => product * size, 1);
    return Array.from({ length: shape[depth]! }, (_, at) => list(depth + 1, offset + at * step));
  };
  return list(0, 0);
}
