/** Answers of a runtime as the JSON of `PredictResponse`, written straight from the typed array. */
import type { Output } from './runtime-model.ts';

/** What JSON cannot hold is a string, as the contract says. Names are those of manifests: plain letters. */
export function encodePredictions(model: string, version: string, output: Output): string {
  return `{"model":"${model}","version":"${version}","predictions":${encodeOutput(output)}}`;
}

function encodeOutput(output: Output): string {
  switch (output.kind) {
    case 'numbers':
      return encodeNumbers(output.data, output.shape);
    case 'labels':
      return encodeLabels(output);
    case 'list':
      return `[${output.items.map(encodeOutput).join(',')}]`;
  }
}

function encodeNumbers(data: Float64Array, shape: readonly number[]): string {
  return nest(shape, (at) => {
    const value = data[at]!;
    return Number.isFinite(value) ? `${value}` : `"${value}"`;
  });
}

function encodeLabels({ values, shape }: Extract<Output, { kind: 'labels' }>): string {
  return nest(shape, (at) => {
    const value = values[at]!;
    if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : `"${value}"`;
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  });
}

/** Nested arrays of the given shape over row-major items. */
function nest(shape: readonly number[], item: (at: number) => string, depth = 0, offset = 0): string {
  const length = shape[depth] ?? 0;
  let text = '[';
  if (depth === shape.length - 1) {
    for (let at = 0; at < length; at++) text += at === 0 ? item(offset) : `,${item(offset + at)}`;
  } else {
    for (let at = 0; at < length; at++) {
      text += (at === 0 ? '' : ',') + nest(shape, item, depth + 1, (offset + at) * (shape[depth + 1] ?? 0));
    }
  }
  return `${text}]`;
}
