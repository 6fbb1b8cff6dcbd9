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

/** Rows and columns copied together, so that both sides stay in the processor's cache. */
const TILE = 32;

/** Fills `target` in C order over `shape` from `source`, whose axes have the given strides. */
export function permute<T>(
  source: Readonly<Indexed<T>>,
  target: Indexed<T>,
  shape: readonly number[],
  strides: readonly number[],
): void {
  if (target.length === 0) return;
  // The last two axes are copied as planes, those before them counted like an odometer.
  const axes = shape.length;
  const rows = shape[axes - 2] ?? 1;
  const columns = shape[axes - 1] ?? 1;
  const rowStride = strides[axes - 2] ?? 0;
  const columnStride = strides[axes - 1] ?? 0;
  const index = new Array<number>(axes).fill(0);
  let from = 0;
  for (let to = 0; to < target.length; to += rows * columns) {
    copyPlane({ source, from, rowStride, columnStride }, target, to, rows, columns);
    for (let axis = axes - 3; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

interface Plane<T> {
  readonly source: Readonly<Indexed<T>>;
  readonly from: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

function copyPlane<T>(plane: Plane<T>, target: Indexed<T>, to: number, rows: number, columns: number): void {
  const { source, from, rowStride, columnStride } = plane;
  for (let firstRow = 0; firstRow < rows; firstRow += TILE) {
    const rowsEnd = Math.min(rows, firstRow + TILE);
    for (let firstColumn = 0; firstColumn < columns; firstColumn += TILE) {
      const columnsEnd = Math.min(columns, firstColumn + TILE);
      for (let row = firstRow; row < rowsEnd; row++) {
        let at = from + row * rowStride + firstColumn * columnStride;
        const out = to + row * columns;
        for (let column = firstColumn; column < columnsEnd; column++, at += columnStride) {
          target[out + column] = source[at]!;
        }
      }
    }
  }
}
