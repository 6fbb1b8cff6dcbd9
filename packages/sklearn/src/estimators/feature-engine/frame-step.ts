/**
 * What the transformers of feature_engine share: they take a data frame by the names of its columns, change some of
 * them, and give back a frame. Refuses states that name columns which are none.
 */
import { SklearnError } from '../../errors.ts';
import type { Cell, ColumnKind, Label, Matrix } from '../../model.ts';
import { isKind } from '../../pickle/value.ts';
import { type Column, columnOf, describeCell, isMissing } from '../../table.ts';
import type { Attribute } from '../attribute.ts';
import type { FittedEstimator } from '../definition.ts';
import { columnsOutput } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** The columns that a frame comes with. */
export interface Frame {
  readonly names: readonly string[];
  /** Throws `ESTIMATOR_MALFORMED` for the name of none. */
  readonly placeOf: (at: Attribute, name: string) => number;
}

export function readFrame(state: ObjectState): Frame {
  const names = textsOf(state.attribute('feature_names_in_'));
  state.columns(names.length);
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = (at: Attribute, name: string): number => {
    const place = places.get(name);
    if (place === undefined) throw at.malformed('names of columns that it was fitted with');
    return place;
  };
  return { names, placeOf };
}

/** The columns that a list of names means. */
export function readVariables(state: ObjectState, frame: Frame, name: string): Int32Array {
  const at = state.attribute(name);
  // A set, where a selector drops columns.
  const texts = isKind(at.value, 'set') ? at.value.items.map(String) : textsOf(at);
  return Int32Array.from(texts, (text) => frame.placeOf(at, text));
}

/** A dict by column. */
export function readByVariable<T>(
  state: ObjectState,
  frame: Frame,
  name: string,
  read: (at: Attribute) => T,
): ReadonlyMap<number, T> {
  const at = state.attribute(name);
  return new Map([...at.dict()].map(([column, item]) => [frame.placeOf(item, column), read(item)]));
}

/** The values of a list, or of a pandas or NumPy array. */
export function readValues(at: Attribute): readonly (Label | null)[] {
  return isKind(at.value, 'ndarray') ? at.values() : at.listedValues();
}

/** What every loader returns: `change` gets all columns and answers those that come out. */
export function frameStep(
  state: ObjectState,
  frame: Frame,
  step: {
    readonly width: number;
    readonly kinds?: ReadonlyMap<number, ColumnKind>;
    readonly keepsColumns?: boolean;
    readonly change: (columns: Column[], X: Matrix) => readonly Column[];
  },
): FittedEstimator {
  const columns = frame.names.length;
  const { width, kinds = new Map<number, ColumnKind>(), keepsColumns = false, change } = step;
  return state.fitted({
    columns,
    accepts: 'anything',
    rows: 'table',
    columnKinds: frame.names.map((_, place) => kinds.get(place) ?? { kind: 'any' }),
    keepsColumns,
    methods: {
      transform: {
        shape: [-1, width],
        datatype: 'FP64',
        run: (X) => {
          const given = Array.from({ length: columns }, (_, place) => columnOf(X, place));
          return columnsOutput(X.rows, change(given, X));
        },
      },
    },
  });
}

/** A column of which each value is made from the one that stood there: numbers where all are. */
export function mapColumn(column: Column, change: (cell: Cell, row: number) => Label | null): Column {
  const cells = Array.from(column as ArrayLike<Cell>, change);
  return cells.every((cell) => typeof cell === 'number') ? Float64Array.from(cells as number[]) : cells;
}

/** Refuses the first missing value of a column. */
export function refuseMissing(state: ObjectState, frame: Frame, column: Column, place: number): void {
  const row = Array.from(column as ArrayLike<Cell>).findIndex(isMissing);
  if (row !== -1) throw refusedCell(state, frame, null, row, place, 'takes no missing values there');
}

export function refusedCell(
  state: ObjectState,
  frame: Frame,
  cell: Cell,
  row: number,
  place: number,
  what: string,
): SklearnError {
  const path = `inputs[${row}]`;
  const message = `${path} holds ${describeCell(cell)} in column ${frame.names[place]} of the ${state.className}, which ${what}.`;
  return new SklearnError('INPUT_INVALID', message, { path });
}

function textsOf(at: Attribute): string[] {
  if (isKind(at.value, 'ndarray')) return at.values().map(String);
  return at.items().map((item) => item.text());
}
