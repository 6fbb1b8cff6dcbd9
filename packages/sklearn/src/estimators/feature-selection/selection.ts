/** What every feature selector does once it is known which columns stay: pass those on, or put zeros for the others. */
import type { Accepts, FittedEstimator, FittedMethods } from '../definition.ts';
import { numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** `transform` and `inverse_transform`; `kept` says of each column whether it stays. */
export function selectionMethods(kept: readonly boolean[]): FittedMethods {
  const columns = kept.length;
  const places = Int32Array.from(kept.keys()).filter((j) => kept[j]!);
  const width = places.length;
  return {
    transform: numbersPerRow(width, ({ data, rows }, out) => {
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < width; k++) out[i * width + k] = data[i * columns + places[k]!]!;
      }
    }),
    inverse_transform: withColumns(
      width,
      numbersPerRow(columns, ({ data, rows }, out) => {
        for (let i = 0; i < rows; i++) {
          for (let k = 0; k < width; k++) out[i * columns + places[k]!] = data[i * width + k]!;
        }
      }),
    ),
  };
}

export function selector(state: ObjectState, kept: readonly boolean[], accepts: Accepts): FittedEstimator {
  return state.fitted({ columns: state.columns(kept.length), accepts, methods: selectionMethods(kept) });
}

/** `support_`. */
export function readSupport(state: ObjectState): boolean[] {
  const attribute = state.attribute('support_');
  return [...attribute.indices(attribute.shape(), 0, 1)].map((flag) => flag === 1);
}
