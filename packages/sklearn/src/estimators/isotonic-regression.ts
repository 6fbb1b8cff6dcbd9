/** IsotonicRegression: linear interpolation between thresholds. Refuses what lies outside where it was told to. */
import { SklearnError } from '../errors.ts';
import type { NdArray } from '../pickle/value.ts';
import type { Attribute } from './attribute.ts';
import type { EstimatorDefinition } from './definition.ts';
import { interpolate } from './interpolate.ts';
import { numberPerRow } from './methods.ts';
import type { ObjectState } from './object-state.ts';

export const ISOTONIC_REGRESSION: EstimatorDefinition = {
  className: 'IsotonicRegression',
  module: 'sklearn.isotonic',
  load: (state) => {
    const outside = state.choice('out_of_bounds', ['nan', 'clip', 'raise']);
    const { xs, ys, isFloat32 } = readThresholds(state);
    const [low, high] = [xs[0]!, xs.at(-1)!];
    const round = isFloat32 ? Math.fround : (value: number): number => value;
    const predict = numberPerRow(({ data }, out) => {
      for (let i = 0; i < out.length; i++) {
        const x = round(data[i]!);
        const isOutside = xs.length > 1 && (x < low || x > high);
        if (isOutside && outside === 'raise') throw outOfBounds(i, x, low, high);
        out[i] = isOutside && outside === 'nan' ? Number.NaN : round(interpolate(x, xs, ys));
      }
    });
    return state.fitted({ columns: 1, accepts: 'finite', methods: { predict, transform: predict } });
  },
};

/** Before 0.24 they were called necessary; only `X_thresholds_` says to which type the input is cast. */
function readThresholds(state: ObjectState): { xs: Float64Array; ys: Float64Array; isFloat32: boolean } {
  const isOld = !state.has('X_thresholds_');
  const attribute = state.attribute(isOld ? '_necessary_X_' : 'X_thresholds_');
  const xs = attribute.vector();
  const ys = state.attribute(isOld ? '_necessary_y_' : 'y_thresholds_').vector(xs.length);
  // One threshold alone is a constant.
  const ascends = xs.every((x, i) => Number.isFinite(x) && (i === 0 || x > xs[i - 1]!));
  if (xs.length === 0 || !ascends) throw attribute.malformed('a vector of numbers that ascend');
  return { xs, ys, isFloat32: isFloat32(attribute) };
}

function isFloat32(attribute: Attribute): boolean {
  return (attribute.value as NdArray).dtype === 'f4';
}

function outOfBounds(row: number, x: number, low: number, high: number): SklearnError {
  const path = `inputs[${row}][0]`;
  return new SklearnError(
    'INPUT_INVALID',
    `${path} is ${x}, outside of the thresholds from ${low} to ${high}.`,
    {
      path,
    },
  );
}
