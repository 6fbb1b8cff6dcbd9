/** CountVectorizer and TfidfVectorizer: how often each known word stands in a text. Refuses rows that are no text. */
import type { Matrix } from '../../model.ts';
import { type SparseRows, SparseRowsBuilder } from '../../sparse-rows.ts';
import { columnOf } from '../../table.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { sparsePerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readAnalyzer } from './analyzer.ts';
import { FLOAT64, readNumberType } from './number-type.ts';
import { wrongCell } from './record-cells.ts';
import { readWeighting } from './tfidf-transformer.ts';
import { readVocabulary } from './vocabulary.ts';

const MODULE = 'sklearn.feature_extraction.text';
const PARTS = [
  'numpy int64',
  'numpy int32',
  'numpy float64',
  'numpy float32',
  'builtins getattr',
  'builtins str',
];

export const COUNT_VECTORIZERS: readonly EstimatorDefinition[] = [
  { className: 'CountVectorizer', module: MODULE, parts: PARTS, load: loadCounts },
  { className: 'TfidfVectorizer', module: MODULE, parts: PARTS, load: loadTfidf },
];

function loadCounts(state: ObjectState): FittedEstimator {
  const { columns, counts } = readCounts(state);
  const isInteger = readNumberType(state).isInteger;
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'text',
    methods: { transform: sparsePerRow(columns, counts, isInteger) },
  });
}

function loadTfidf(state: ObjectState): FittedEstimator {
  const { columns, counts } = readCounts(state);
  const counted = readNumberType(state);
  // Counts that are integers are weighed as float64.
  const type = counted.isInteger ? FLOAT64 : counted;
  const weigh = readWeighting(state.attribute('_tfidf').object(), type, columns);
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'text',
    methods: { transform: sparsePerRow(columns, (X) => weigh(counts(X)), false) },
  });
}

function readCounts(state: ObjectState): { columns: number; counts: (X: Matrix) => SparseRows } {
  const analyze = readAnalyzer(state);
  const places = readVocabulary(state);
  const columns = places.size;
  const binary = state.attribute('binary').boolean();
  const counts = (X: Matrix): SparseRows => {
    const texts = textsOf(X);
    const builder = new SparseRowsBuilder(columns);
    for (const text of texts) {
      const sums = new Map<number, number>();
      analyze(text, (token) => {
        const place = places.get(token);
        if (place !== undefined) sums.set(place, binary ? 1 : (sums.get(place) ?? 0) + 1);
      });
      builder.addRow(sums);
    }
    return builder.build();
  };
  return { columns, counts };
}

/** The texts of rows that are one text each. */
export function textsOf(X: Matrix): readonly string[] {
  return Array.from(columnOf(X, 0) as ArrayLike<unknown>, (cell, row) => {
    if (typeof cell === 'string') return cell;
    throw wrongCell(cell as null, `inputs[${row}]`, 'a text');
  });
}
