/**
 * The columns of a data frame that hold categories, as the boosters number them: each value by its place among those
 * of the training. A missing value is NaN. Refuses at a row what is unknown, where the booster makes nothing of it.
 */
import type { ColumnKind, Label, Matrix } from '../../model.ts';
import { columnOf } from '../../table.ts';
import type { FittedEstimator } from '../definition.ts';
import type { Fill } from '../methods.ts';
import { keyOf, placesOf, unknownCategory } from '../preprocessing/categories.ts';

export interface FrameCategories {
  /** What a row is, for `fitted`. */
  readonly takes: Pick<FittedEstimator, 'rows' | 'columnKinds'>;
  /** Rows with codes in place of categories. */
  readonly encode: (X: Matrix) => Matrix;
}

/** `categories` by column; of an unknown one nothing is known (`missing`), or the row is refused. */
export function createFrameCategories(
  className: string,
  columns: number,
  categories: ReadonlyMap<number, readonly (Label | null)[]>,
  unknown: 'missing' | 'refused',
): FrameCategories {
  const places = new Map([...categories].map(([column, values]) => [column, placesOf(values)]));
  const columnKinds = Array.from({ length: columns }, (_, column): ColumnKind => {
    const values = categories.get(column);
    return values === undefined ? { kind: 'number' } : { kind: 'category', categories: values };
  });
  const encode = (X: Matrix): Matrix => {
    const data = new Float64Array(X.rows * columns);
    for (let j = 0; j < columns; j++) {
      const values = columnOf(X, j);
      const codes = places.get(j);
      for (let i = 0; i < X.rows; i++) {
        const value = values[i]!;
        if (codes === undefined) {
          data[i * columns + j] = value === null ? Number.NaN : Number(value);
          continue;
        }
        const code = codes.get(keyOf(value));
        if (code === undefined && unknown === 'refused' && value !== null && !Number.isNaN(value))
          throw unknownCategory(className, X, i, j);
        data[i * columns + j] = code ?? Number.NaN;
      }
    }
    return { data, rows: X.rows, columns };
  };
  return { takes: { rows: 'table', columnKinds }, encode };
}

/** The same loop over encoded rows; as it is where there are no categories. */
export function overCodes(frame: FrameCategories | null, fill: Fill): Fill {
  return frame === null ? fill : (X, out) => fill(frame.encode(X), out);
}
