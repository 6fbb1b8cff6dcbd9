/**
 * DictVectorizer: objects by name as rows; a text becomes a column `name=text` that is 1. Names that were not there
 * when it was fitted are passed over. Refuses rows that are no objects.
 */
import type { Cell, Matrix } from '../../model.ts';
import { type SparseRows, SparseRowsBuilder } from '../../sparse-rows.ts';
import { columnOf } from '../../table.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { sparsePerRow } from '../methods.ts';
import { numberOf, recordOf } from './record-cells.ts';
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
            // None is 1 under its own name.
            const number = isText || one === null ? 1 : numberOf(one, `inputs[${i}].${name}`);
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
