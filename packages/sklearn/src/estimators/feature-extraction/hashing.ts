/**
 * HashingVectorizer and FeatureHasher: the column of a name is its hash. Nothing is fitted. Refuses rows that are
 * not of the kind that the hasher takes.
 */
import type { Cell, Matrix } from '../../model.ts';
import { type SparseRows, SparseRowsBuilder } from '../../sparse-rows.ts';
import { columnOf } from '../../table.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { sparsePerRow } from '../methods.ts';
import { NORMS } from '../normalizer.ts';
import type { ObjectState } from '../object-state.ts';
import { readAnalyzer } from './analyzer.ts';
import { textsOf } from './count-vectorizer.ts';
import { murmurHash3 } from './murmur-hash.ts';
import { readNumberType } from './number-type.ts';
import { numberOf, recordOf, wrongCell } from './record-cells.ts';

const COLUMNS_MAX = 2 ** 22;
const PARTS = ['numpy float64', 'numpy float32'];

export const HASHERS: readonly EstimatorDefinition[] = [
  {
    className: 'HashingVectorizer',
    module: 'sklearn.feature_extraction.text',
    parts: PARTS,
    load: loadVectorizer,
  },
  {
    className: 'FeatureHasher',
    module: 'sklearn.feature_extraction._hash',
    parts: PARTS,
    load: loadHasher,
  },
];

/** Adds a name to a row. */
type Add = (sums: Map<number, number>, name: string, value: number) => void;

function readAdd(state: ObjectState, columns: number): Add {
  const alternates = state.attribute('alternate_sign').boolean();
  return (sums, name, value) => {
    const hash = murmurHash3(name);
    // The least 32-bit number has no absolute value.
    const column = hash === -(2 ** 31) ? (2 ** 31 - 1 - (columns - 1)) % columns : Math.abs(hash) % columns;
    sums.set(column, (sums.get(column) ?? 0) + (alternates && hash < 0 ? -value : value));
  };
}

function loadVectorizer(state: ObjectState): FittedEstimator {
  const analyze = readAnalyzer(state);
  const columns = state.attribute('n_features').integer(1, COLUMNS_MAX);
  const add = readAdd(state, columns);
  const binary = state.attribute('binary').boolean();
  const name = state.choice('norm', ['l2', 'l1', null]);
  const { round } = readNumberType(state);
  const transform = (X: Matrix): SparseRows => {
    const builder = new SparseRowsBuilder(columns);
    for (const text of textsOf(X)) {
      const sums = new Map<number, number>();
      analyze(text, (token) => add(sums, token, 1));
      // What cancels stands there all the same.
      if (binary) for (const column of sums.keys()) sums.set(column, 1);
      divideByNorm(sums, name, round);
      builder.addRow(sums);
    }
    return builder.build();
  };
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'text',
    methods: { transform: sparsePerRow(columns, transform, false) },
  });
}

function divideByNorm(
  sums: Map<number, number>,
  name: 'l1' | 'l2' | null,
  round: (value: number) => number,
): void {
  if (name === null) return;
  const ordered = [...sums].sort(([a], [b]) => a - b);
  const length = NORMS[name](
    Float64Array.from(ordered, ([, value]) => value),
    0,
    ordered.length,
  );
  if (length === 0) return;
  for (const [column, value] of ordered) sums.set(column, round(value / length));
}

/** Of objects by name, pairs of names and numbers, or names. */
function loadHasher(state: ObjectState): FittedEstimator {
  const columns = state.attribute('n_features').integer(1, COLUMNS_MAX);
  const add = readAdd(state, columns);
  const pairsOf = PAIRS[state.choice('input_type', ['dict', 'pair', 'string'])];
  const { isInteger } = readNumberType(state);
  const transform = (X: Matrix): SparseRows => {
    const builder = new SparseRowsBuilder(columns);
    for (const [i, cell] of (columnOf(X, 0) as readonly Cell[]).entries()) {
      const sums = new Map<number, number>();
      for (const [name, value] of pairsOf(cell, `inputs[${i}]`)) {
        const isText = typeof value === 'string';
        const number = isText ? 1 : numberOf(value, `inputs[${i}].${name}`);
        if (number !== 0) add(sums, isText ? `${name}=${value}` : name, number);
      }
      builder.addRow(sums);
    }
    return builder.build();
  };
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'record',
    methods: { transform: sparsePerRow(columns, transform, isInteger) },
  });
}

type Pairs = (cell: Cell, path: string) => Iterable<readonly [string, Cell]>;

const PAIRS: Readonly<Record<'dict' | 'pair' | 'string', Pairs>> = {
  dict: recordOf,
  pair: (cell, path) => {
    if (cell instanceof Map) return cell as ReadonlyMap<string, Cell>;
    return listOf(cell, path).map((pair, i): readonly [string, Cell] => {
      const [name, value] = Array.isArray(pair) ? (pair as readonly Cell[]) : [];
      if (typeof name !== 'string' || value === undefined)
        throw wrongCell(pair, `${path}[${i}]`, 'a name and a number');
      return [name, value];
    });
  },
  string: (cell, path) =>
    listOf(cell, path).map((name, i): readonly [string, Cell] => {
      if (typeof name !== 'string') throw wrongCell(name, `${path}[${i}]`, 'a text');
      return [name, 1];
    }),
};

function listOf(cell: Cell, path: string): readonly Cell[] {
  if (Array.isArray(cell)) return cell as readonly Cell[];
  throw wrongCell(cell, path, 'a list');
}
