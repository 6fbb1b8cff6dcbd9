/** Puts elements that a file stores in another order (Fortran's, or any order of the axes) into C order. */

/** Elements between neighbours along each axis when the first axis varies fastest. */
export function fortranStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (const length of shape) {
    strides.push(step);
    step *= length;
  }
  return strides;
}

/** Elements between neighbours along each axis when the last axis varies fastest. */
export function cStrides(shape: readonly number[]): number[] {
  return fortranStrides([...shape].reverse()).reverse();
}

/** Whether elements stored with these strides are in C order as they stand. */
export function isCOrder(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = cStrides(shape);
  return shape.includes(0) || shape.every((length, axis) => length === 1 || strides[axis] === expected[axis]);
}

interface Indexed<T> {
  readonly length: number;
  [index: number]: T;
}

/** Fills `target` in C order over `shape` from `source`, whose axes have the given strides. */
export function permute<T>(
  source: Readonly<Indexed<T>>,
  target: Indexed<T>,
  shape: readonly number[],
  strides: readonly number[],
): void {
  if (target.length === 0) return;
  const axes = shape.length;
  const columns = axes === 0 ? 1 : shape[axes - 1]!;
  const columnStride = axes === 0 ? 0 : strides[axes - 1]!;
  const index = new Array<number>(axes).fill(0);
  let start = 0;
  for (let out = 0; out < target.length; ) {
    for (let column = 0, from = start; column < columns; column++, from += columnStride) {
      target[out++] = source[from]!;
    }
    // Advance all axes but the last, like an odometer.
    for (let axis = axes - 2; axis >= 0; axis--) {
      start += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      start -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
