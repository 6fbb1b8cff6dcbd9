/** OrdinalEncoder: each category becomes its place. Refuses categories of text. */
import { SklearnError } from '../../errors.ts';
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { type CategoryColumn, readCategories, unknownCategory } from './categories.ts';

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
        missing !== null && Number.isNaN(values[place]!) ? missing : group,
      ),
    );
    const hasInfrequent = categories.some(({ infrequent }) => infrequent !== -1);
    return state.fitted({
      columns,
      accepts: 'missing',
      methods: {
        transform: numbersPerRow(columns, ({ data, rows }, out) => {
          for (let j = 0; j < columns; j++) {
            const { places } = categories[j]!;
            const code = codes[j]!;
            for (let i = 0; i < rows; i++) {
              const value = data[i * columns + j]!;
              const place = places.get(value);
              if (place === undefined && refuses) throw unknownCategory(state.className, i, j, value);
              out[i * columns + j] = place === undefined ? unknown : code[place]!;
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
  const lastIsMissing = categories.map(({ values }) => Number.isNaN(values.at(-1)!));
  return {
    inverse_transform: numbersPerRow(columns, ({ data }, out) => {
      for (let i = 0; i < out.length; i++) {
        const j = i % columns;
        const { values } = categories[j]!;
        const code = data[i]!;
        const isMissing = missing !== null && lastIsMissing[j]! && Object.is(code, missing);
        const place = isMissing ? values.length - 1 : Math.trunc(code);
        if (!(place >= 0 && place < values.length)) {
          const path = `inputs[${Math.floor(i / columns)}]`;
          const message = `${path} holds ${code} in column ${j} of the ${state.className}, which is no code of a category.`;
          throw new SklearnError('INPUT_INVALID', message, { path });
        }
        out[i] = values[place]!;
      }
    }),
  };
}
