/** OrdinalEncoder: each category becomes its place. Refuses at a row what it does not know, where it was told to. */
import { SklearnError } from '../../errors.ts';
import type { Label, Matrix } from '../../model.ts';
import { isMissing } from '../../table.ts';
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import {
  type CategoryColumn,
  categoriesPerRow,
  kindsOf,
  placesIn,
  readCategories,
  unknownCategory,
} from './categories.ts';

export const ORDINAL_ENCODER: EstimatorDefinition = {
  className: 'OrdinalEncoder',
  module: 'sklearn.preprocessing._encoders',
  load: (state) => {
    const categories = readCategories(state);
    const columns = state.columns(categories.length);
    const refuses = state.choice('handle_unknown', ['error', 'use_encoded_value'], 'error') === 'error';
    const unknown = refuses ? Number.NaN : state.attribute('unknown_value').number();
    // NaN among the categories was just the last of them before 1.1.
    const missing = state.optional('encoded_missing_value')?.number() ?? null;
    const codes = categories.map(({ values, groups }) =>
      Float64Array.from(groups, (group, place) =>
        missing !== null && isMissing(values[place]!) ? missing : group,
      ),
    );
    const hasInfrequent = categories.some(({ infrequent }) => infrequent !== -1);
    return state.fitted({
      columns,
      accepts: 'missing',
      rows: 'table',
      columnKinds: kindsOf(categories),
      methods: {
        transform: numbersPerRow(columns, (X, out) => {
          for (let j = 0; j < columns; j++) {
            const places = placesIn(categories[j]!, X, j);
            const code = codes[j]!;
            for (let i = 0; i < places.length; i++) {
              const place = places[i]!;
              if (place === -1 && refuses) throw unknownCategory(state.className, X, i, j);
              out[i * columns + j] = place === -1 ? unknown : code[place]!;
            }
          }
        }),
        ...(refuses && !hasInfrequent ? inverse(state, categories, missing) : {}),
      },
    });
  },
};

function inverse(
  state: ObjectState,
  categories: readonly CategoryColumn[],
  missing: number | null,
): FittedMethods {
  const columns = categories.length;
  const lastIsMissing = categories.map(({ values }) => values.length > 0 && isMissing(values.at(-1)!));
  const valuesOf = ({ data, rows }: Matrix, j: number): (Label | null)[] => {
    const { values } = categories[j]!;
    return Array.from({ length: rows }, (_, i) => {
      const code = data[i * columns + j]!;
      const isCodeOfMissing = missing !== null && lastIsMissing[j]! && Object.is(code, missing);
      const place = isCodeOfMissing ? values.length - 1 : Math.trunc(code);
      if (place >= 0 && place < values.length) return values[place]!;
      const path = `inputs[${i}]`;
      const message = `${path} holds ${code} in column ${j} of the ${state.className}, which is no code of a category.`;
      throw new SklearnError('INPUT_INVALID', message, { path });
    });
  };
  return { inverse_transform: categoriesPerRow(categories, valuesOf) };
}
