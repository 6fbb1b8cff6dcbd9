/**
 * DictVectorizer: objects by name as rows; a text becomes a column `name=text` that is 1. Names that were not there
 * when it was fitted are passed over. Refuses rows that are no objects.
 */
import { SklearnError } from '../../errors.ts';
import type { Cell, Matrix } from '../../model.ts';
import { type SparseRows, SparseRowsBuilder } from '../../sparse-rows.ts';
import { columnOf, describeCell } from '../../table.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { sparsePerRow } from '../methods.ts';
import { readVocabulary } from './vocabulary.ts';

export const DICT_VECTORIZER: EstimatorDefinition = {
  className: 'DictVectorizer',
  module: 'sklearn.feature_extraction._dict_vectorizer',
  parts: ['numpy float64', 'numpy float32'],
  load: (state) => {
    const places = readVocabulary(state);
    const separator = state.attribute('separator').text();
    const columns = places.size;
    const transform = (X: Matrix): SparseRows => {
      const builder = new SparseRowsBuilder(columns);
      for (const [i, cell] of (columnOf(X, 0) as readonly Cell[]).entries()) {
        const sums = new Map<number, number>();
        for (const [name, value] of recordOf(cell, `inputs[${i}]`)) {
          for (const one of Array.isArray(value) ? (value as readonly Cell[]) : [value]) {
            const isText = typeof one === 'string';
            const place = places.get(isText ? `${name}${separator}${one}` : name);
            const number = isText ? 1 : numberOf(one, `inputs[${i}].${name}`);
            if (place !== undefined) sums.set(place, (sums.get(place) ?? 0) + number);
          }
        }
        builder.addRow(sums);
      }
      return builder.build();
    };
    return state.fitted({
      columns: null,
      accepts: 'anything',
      rows: 'record',
      methods: { transform: sparsePerRow(columns, transform, false) },
    });
  },
};

function recordOf(cell: Cell, path: string): ReadonlyMap<string, Cell> {
  if (cell instanceof Map) return cell as ReadonlyMap<string, Cell>;
  throw new SklearnError(
    'INPUT_INVALID',
    `${path} is ${describeCell(cell)}, where an object by name is needed.`,
    { path },
  );
}

/** None is 1 under its own name, as DictVectorizer has it. */
function numberOf(value: Cell, path: string): number {
  if (value === null) return 1;
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new SklearnError(
    'INPUT_INVALID',
    `${path} is ${describeCell(value)}, where a number or a text is needed.`,
    { path },
  );
}
