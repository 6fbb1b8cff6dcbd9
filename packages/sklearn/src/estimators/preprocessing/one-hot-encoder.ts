/**
 * OneHotEncoder: a column for each category, 1 where the row has it. Refuses at a row what it does not know, where it
 * was told to.
 */

import { SklearnError } from '../../errors.ts';
import type { Label, Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { argmax, numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import {
  type CategoryColumn,
  categoriesPerRow,
  kindsOf,
  placesIn,
  readCategories,
  unknownCategory,
} from './categories.ts';
import { isFormer, loadFormerOneHotEncoder } from './former-one-hot-encoder.ts';

/** No column is set. */
const NONE = -1;
/** The row is refused. */
const REFUSED = -2;

/** One column of the input and the columns that come of it. */
interface Coded {
  readonly category: CategoryColumn;
  /** Its first column in the answer, and how many it has. */
  readonly first: number;
  readonly width: number;
  /** For each category its column in the answer, or NONE. */
  readonly targets: Int32Array;
  readonly unknown: number;
  /** The group that is left out; -1 for none. */
  readonly dropped: number;
}

export const ONE_HOT_ENCODER: EstimatorDefinition = {
  className: 'OneHotEncoder',
  module: 'sklearn.preprocessing._encoders',
  load: (state) => {
    if (isFormer(state)) return loadFormerOneHotEncoder(state);
    const categories = readCategories(state);
    const columns = state.columns(categories.length);
    const handles = state.choice('handle_unknown', ['error', 'ignore', 'infrequent_if_exist', 'warn']);
    // Before 1.8 `warn` leaves an unknown category out, as `ignore` does, infrequent ones or not.
    const joins = handles === 'infrequent_if_exist' || (handles === 'warn' && state.since(1, 8));
    const unknown = handles === 'error' ? 'refused' : joins ? 'infrequent' : 'none';
    const coded = codeColumns(categories, readDropped(state, categories), unknown);
    const width = coded.reduce((sum, column) => sum + column.width, 0);
    const isInvertible = handles === 'error' && categories.every(({ infrequent }) => infrequent === -1);
    return state.fitted({
      columns,
      accepts: 'missing',
      rows: 'table',
      columnKinds: kindsOf(categories),
      methods: {
        transform: numbersPerRow(width, (X, out) => {
          for (let j = 0; j < columns; j++) {
            const { category, targets, unknown } = coded[j]!;
            const places = placesIn(category, X, j);
            for (let i = 0; i < places.length; i++) {
              const place = places[i]!;
              const target = place === -1 ? unknown : targets[place]!;
              if (target === REFUSED) throw unknownCategory(state.className, X, i, j);
              if (target !== NONE) out[i * width + target] = 1;
            }
          }
        }),
        ...(isInvertible ? inverse(coded, width) : {}),
      },
    });
  },
};

function codeColumns(
  categories: readonly CategoryColumn[],
  dropped: readonly number[],
  unknown: 'refused' | 'infrequent' | 'none',
): Coded[] {
  let first = 0;
  return categories.map((category, j) => {
    const { groups, groupCount, infrequent } = category;
    const drop = dropped[j]!;
    const from = first;
    const targetOf = (group: number): number => {
      if (group === drop) return NONE;
      return from + (drop !== -1 && group > drop ? group - 1 : group);
    };
    const joined = unknown === 'infrequent' && infrequent !== -1 ? targetOf(infrequent) : NONE;
    const width = groupCount - (drop === -1 ? 0 : 1);
    first += width;
    return {
      category,
      first: from,
      width,
      targets: groups.map(targetOf),
      unknown: unknown === 'refused' ? REFUSED : joined,
      dropped: drop,
    };
  });
}

/** For each column the group that is left out; -1 for none. Up to 1.1 there was no difference to the category. */
function readDropped(state: ObjectState, categories: readonly CategoryColumn[]): number[] {
  const columns = categories.length;
  const attribute = state.has('_drop_idx_after_grouping')
    ? state.optional('_drop_idx_after_grouping')
    : state.optional('drop_idx_');
  if (attribute === null) return new Array<number>(columns).fill(-1);
  const items = itemsOf(attribute);
  const isGroup = (item: number, j: number) =>
    Number.isInteger(item) && item >= 0 && item < categories[j]!.groupCount;
  if (items.length !== columns || !items.every((item, j) => item === -1 || isGroup(item, j))) {
    throw attribute.malformed(`a category for each of ${columns} columns`);
  }
  return items;
}

function itemsOf(attribute: Attribute): number[] {
  const { value } = attribute;
  const isNumbers = typeof value === 'object' && value !== null && 'dtype' in value && value.dtype !== 'O';
  if (isNumbers) return [...attribute.vector()];
  return attribute.items().map((item) => (item.isNone ? -1 : item.integer(0)));
}

function inverse(coded: readonly Coded[], width: number): FittedMethods {
  const groupsOf = ({ data, rows }: Matrix, j: number): (Label | null)[] => {
    const { category, first, width: own, dropped } = coded[j]!;
    return Array.from({ length: rows }, (_, i) => {
      const start = i * width + first;
      let sum = 0;
      for (let k = 0; k < own; k++) sum += data[start + k]!;
      let group = dropped;
      if (sum !== 0) {
        const index = argmax(data, start, own);
        group = dropped !== -1 && index >= dropped ? index + 1 : index;
      }
      if (group !== -1) return category.values[group]!;
      const path = `inputs[${i}]`;
      throw new SklearnError('INPUT_INVALID', `${path} has no category set for column ${j}.`, { path });
    });
  };
  const categories = coded.map(({ category }) => category);
  return { inverse_transform: withColumns(width, categoriesPerRow(categories, groupsOf)) };
}
