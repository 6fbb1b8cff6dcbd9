/** SplineTransformer: the B-splines of each column, continued beyond the knots in each of scikit-learn's ways. */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** Beyond it splines swing; SciPy's own cost grows with its square. */
const DEGREE_MAX = 64;

/** One column: `knots`, and `weights` of shape (bases, splines), which is the identity unless periodic. */
interface Spline {
  readonly knots: Float64Array;
  readonly weights: Float64Array;
  readonly bases: number;
  readonly splines: number;
  readonly degree: number;
}

/** What a column becomes beyond its knots by `constant` and `linear`. */
interface Borders {
  readonly low: number;
  readonly high: number;
  readonly atLow: Float64Array;
  readonly atHigh: Float64Array;
  /** Slopes there; `null` for constant. */
  readonly slopeLow: Float64Array | null;
  readonly slopeHigh: Float64Array | null;
  /** How many splines reach beyond each border. */
  readonly reach: number;
}

export const SPLINE_TRANSFORMER: EstimatorDefinition = {
  className: 'SplineTransformer',
  module: 'sklearn.preprocessing._polynomial',
  parts: [
    'scipy.interpolate._bsplines BSpline',
    // SciPy 1.17 keeps the function by which it makes arrays.
    'scipy._lib.array_api_compat.numpy._aliases asarray',
  ],
  load: (state) => {
    const degree = state.attribute('degree').integer(0, DEGREE_MAX);
    const splines = state
      .attribute('bsplines_')
      .items()
      .map((at) => readSpline(at, degree));
    const columns = state.columns(splines.length);
    const count = splines[0]?.splines ?? 0;
    if (splines.some((spline) => spline.splines !== count)) {
      throw state.attribute('bsplines_').malformed('splines of the same number for each column');
    }
    const extrapolation = state.choice('extrapolation', [
      'constant',
      'linear',
      'continue',
      'error',
      'periodic',
    ]);
    const borders = readBorders(splines, extrapolation, degree);
    const kept = state.attribute('include_bias').boolean() ? count : count - 1;
    const skipsMissing = isZeroForMissing(state);
    const width = kept * columns;
    return state.fitted({
      columns,
      accepts: skipsMissing ? 'missing' : 'finite',
      methods: {
        transform: numbersPerRow(width, ({ data }, out) => {
          const basis = new Float64Array(2 * (degree + 1));
          const values = new Float64Array(count);
          for (let i = 0; i < data.length; i++) {
            const spline = splines[i % columns]!;
            values.fill(0);
            if (!Number.isNaN(data[i]!)) {
              if (borders !== null) withBorders(spline, borders[i % columns]!, data[i]!, basis, values);
              else evaluate(spline, placeOf(spline, data[i]!, extrapolation, i, columns), 0, basis, values);
            }
            for (let k = 0; k < kept; k++) out[i * kept + k] = values[k]!;
          }
        }),
      },
    });
  },
};

/** From 1.8 on. */
function isZeroForMissing(state: ObjectState): boolean {
  return state.choice('handle_missing', ['error', 'zeros'], 'error') === 'zeros';
}

/** SciPy 1.17 keeps them under other names. */
function readSpline(at: Attribute, degree: number): Spline {
  const spline = at.object();
  const k = spline.attribute('k').integer(0, DEGREE_MAX);
  const {
    data: weights,
    rows: bases,
    columns: splines,
  } = spline.attribute(spline.has('_c') ? '_c' : 'c').matrix();
  const attribute = spline.attribute(spline.has('_t') ? '_t' : 't');
  const knots = attribute.vector(bases + k + 1);
  if (k !== degree || bases < k + 1 || splines < 1) throw at.malformed(`splines of degree ${degree}`);
  if (knots.some((knot, i) => !(i === 0 || knot >= knots[i - 1]!))) {
    throw attribute.malformed('knots in rising order');
  }
  return { knots, weights, bases, splines, degree };
}

/** `null` where the splines themselves go on beyond the knots. */
function readBorders(
  splines: readonly Spline[],
  extrapolation: string,
  degree: number,
): readonly Borders[] | null {
  if (extrapolation !== 'constant' && extrapolation !== 'linear') return null;
  const basis = new Float64Array(2 * (degree + 1));
  // scikit-learn raises the degree of 0 and 1 while it is at it, and keeps that for the columns after.
  let reach = degree;
  return splines.map((spline) => {
    const low = spline.knots[reach]!;
    const high = spline.knots.at(-reach - 1)!;
    const at = (x: number, order: 0 | 1): Float64Array => {
      const values = new Float64Array(spline.splines);
      evaluate(spline, x, order, basis, values);
      return values;
    };
    const isLinear = extrapolation === 'linear';
    if (isLinear && reach <= 1) reach++;
    return {
      low,
      high,
      atLow: at(low, 0),
      atHigh: at(high, 0),
      slopeLow: isLinear ? at(low, 1) : null,
      slopeHigh: isLinear ? at(high, 1) : null,
      reach: Math.min(reach, spline.splines),
    };
  });
}

function withBorders(
  spline: Spline,
  borders: Borders,
  x: number,
  basis: Float64Array,
  values: Float64Array,
): void {
  const { low, high, atLow, atHigh, slopeLow, slopeHigh, reach } = borders;
  if (x < low) {
    for (let k = 0; k < reach; k++) values[k] = atLow[k]! + (x - low) * (slopeLow?.[k] ?? 0);
  } else if (x > high) {
    const first = values.length - reach;
    for (let k = first; k < values.length; k++) values[k] = atHigh[k]! + (x - high) * (slopeHigh?.[k] ?? 0);
  } else {
    evaluate(spline, x, 0, basis, values);
  }
}

/** Where on the knots a number lies: folded back where periodic; refused beyond them where that is an error. */
function placeOf(
  { knots, bases, degree }: Spline,
  x: number,
  extrapolation: string,
  index: number,
  columns: number,
): number {
  const low = knots[degree]!;
  const high = knots[bases]!;
  if (extrapolation === 'periodic') {
    const period = high - low;
    if (!(period > 0)) return 0;
    return low + ((((x - low) % period) + period) % period);
  }
  if (extrapolation === 'error' && (x < low || x > high)) {
    const path = `inputs[${Math.floor(index / columns)}]`;
    const message = `${path} is ${x} in column ${index % columns}, beyond the knots of its splines.`;
    throw new SklearnError('INPUT_INVALID', message, { path });
  }
  return x;
}

/** Writes all splines at x, or their first derivatives, by de Boor's recursion; `basis` is room to work in. */
function evaluate(
  { knots, weights, bases, splines, degree }: Spline,
  x: number,
  order: 0 | 1,
  basis: Float64Array,
  values: Float64Array,
): void {
  let interval = degree;
  while (interval < bases - 1 && x >= knots[interval + 1]!) interval++;
  // The second half holds what the first was before.
  const before = degree + 1;
  basis[0] = 1;
  for (let j = 1; j <= degree; j++) {
    const isSlope = j > degree - order;
    for (let n = 0; n < j; n++) basis[before + n] = basis[n]!;
    basis[0] = 0;
    for (let n = 1; n <= j; n++) {
      const right = knots[interval + n]!;
      const left = knots[interval + n - j]!;
      if (right === left) {
        basis[n] = 0;
        continue;
      }
      const weight = basis[before + n - 1]! / (right - left);
      basis[n - 1]! += isSlope ? -j * weight : weight * (right - x);
      basis[n] = isSlope ? j * weight : weight * (x - left);
    }
  }
  if (order > degree) basis[0] = 0;
  const first = interval - degree;
  for (let a = 0; a <= degree; a++) {
    for (let k = 0; k < splines; k++) values[k]! += basis[a]! * weights[(first + a) * splines + k]!;
  }
}
