/**
 * The classification extension: instead of a tensor the k largest of each row, as `value:index` or
 * `value:index:label`, largest first. Refuses tensors that hold no numbers.
 */
import { SiteError } from '../../errors.ts';
import { elementsOf, makeTensor, type Tensor } from '../tensor.ts';

/** `labels` are the model's classes; they name the entries of rows that are as long. */
export function classify(tensor: Tensor, count: number, labels: readonly unknown[] = []): Tensor {
  const { name, datatype, shape, data } = tensor;
  if (datatype === 'BYTES') {
    const what = `The output ${JSON.stringify(name)} is ${datatype}; only numbers are classified.`;
    throw new SiteError('INPUT_INVALID', what, { path: 'outputs' });
  }
  const rows = shape.length < 2 ? 1 : shape[0]!;
  const width = shape.length < 2 ? elementsOf(shape) : elementsOf(shape.slice(1));
  const kept = Math.min(count, width);
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const values = Array.from(data.subarray(row * width, (row + 1) * width), Number);
    const order = values.map((_, at) => at).sort((a, b) => values[b]! - values[a]!);
    for (const at of order.slice(0, kept)) {
      const label = labels.length === width ? `:${labels[at]}` : '';
      texts.push(`${values[at]}:${at}${label}`);
    }
  }
  return makeTensor(name, 'BYTES', shape.length < 2 ? [kept] : [rows, kept], texts);
}
