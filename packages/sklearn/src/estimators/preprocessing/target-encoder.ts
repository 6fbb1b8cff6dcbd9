/** TargetEncoder: each category becomes the shrunk mean of the target over its rows. An unknown one the mean of all. */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import { kindsOf, placesIn, readCategories } from './categories.ts';

export const TARGET_ENCODER: EstimatorDefinition = {
  className: 'TargetEncoder',
  module: 'sklearn.preprocessing._target_encoder',
  load: (state) => {
    const categories = readCategories(state);
    const columns = state.columns(categories.length);
    // Of several classes each has its own means, column by column.
    const isMulticlass =
      state.choice('target_type_', ['continuous', 'binary', 'multiclass']) === 'multiclass';
    const classes = isMulticlass ? state.classes().labels.length : 1;
    const mean = state.attribute('target_mean_');
    const means = isMulticlass ? mean.vector(classes) : Float64Array.of(mean.number());
    const attribute = state.attribute('encodings_');
    const encodings = attribute
      .items()
      .map((item, e) => item.vector(categories[Math.floor(e / classes)]?.values.length));
    const width = columns * classes;
    if (encodings.length !== width) throw attribute.malformed(`a list of ${width}`);
    return state.fitted({
      columns,
      accepts: 'missing',
      rows: 'table',
      columnKinds: kindsOf(categories),
      methods: {
        transform: numbersPerRow(width, (X, out) => {
          for (let j = 0; j < columns; j++) {
            const places = placesIn(categories[j]!, X, j);
            for (let k = 0; k < classes; k++) {
              const e = j * classes + k;
              for (let i = 0; i < places.length; i++) {
                const place = places[i]!;
                out[i * width + e] = place === -1 ? means[k]! : encodings[e]![place]!;
              }
            }
          }
        }),
      },
    });
  },
};
