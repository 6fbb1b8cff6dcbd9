/**
 * PLSRegression, PLSCanonical, CCA and PLSSVD: rows are centred, scaled, and rotated to what goes with the targets.
 */
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import { multiplyCentred, multiplyRows, transpose } from '../linear-algebra.ts';
import { type Fill, numberPerRow, numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.cross_decomposition._pls';

export const PARTIAL_LEAST_SQUARES: readonly EstimatorDefinition[] = [
  { className: 'PLSRegression', module: MODULE, load: loadRegression },
  { className: 'PLSCanonical', module: MODULE, load: loadRegression },
  { className: 'CCA', module: MODULE, load: loadRegression },
  {
    className: 'PLSSVD',
    module: MODULE,
    load: (state) => {
      const scaling = readScaling(state);
      const { columns } = scaling;
      return state.fitted({
        columns,
        accepts: 'finite',
        methods: { transform: rotate(state, 'x_weights_', scaling) },
      });
    },
  },
];

interface Scaling {
  readonly columns: number;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

function loadRegression(state: ObjectState): FittedEstimator {
  const scaling = readScaling(state);
  const { columns, mean, deviation } = scaling;
  const loadings = state.attribute('x_loadings_').matrix({ rows: columns });
  const back: Fill = (X, out) => {
    multiplyRows(X, loadings.data, columns, null, out);
    for (let i = 0; i < out.length; i++) {
      out[i] = out[i]! * deviation[i % columns]! + mean[i % columns]!;
    }
  };
  const methods: FittedMethods = {
    predict: readPrediction(state, scaling),
    transform: rotate(state, 'x_rotations_', scaling),
    inverse_transform: withColumns(loadings.columns, numbersPerRow(columns, back)),
  };
  return state.fitted({ columns, accepts: 'finite', methods });
}

/** Before 0.24 the names had no underscore before them. */
function readScaling(state: ObjectState): Scaling {
  const prefix = state.has('_x_mean') ? '_x' : 'x';
  const suffix = prefix === '_x' ? '' : '_';
  const mean = state.attribute(`${prefix}_mean${suffix}`).vector();
  const columns = state.columns(mean.length);
  return { columns, mean, deviation: state.attribute(`${prefix}_std${suffix}`).vector(columns) };
}

function rotate(state: ObjectState, name: string, { columns, mean, deviation }: Scaling): FittedMethod {
  const rotations = state.attribute(name).matrix({ rows: columns });
  const axes = transpose(rotations.data, columns, rotations.columns);
  const weights = axes.map((value, i) => value / deviation[i % columns]!);
  return numbersPerRow(rotations.columns, (X, out) =>
    multiplyCentred(X, mean, weights, rotations.columns, null, out),
  );
}

/**
 * The coefficients are those of scaled rows before 1.5. Before 1.3 they stood in `_coef_`, and before 1.1 in
 * `coef_` with one column a target; the intercept then was the mean of the targets.
 */
function readPrediction(state: ObjectState, { columns, mean, deviation }: Scaling): FittedMethod {
  const coef = readCoef(state, columns);
  const outputs = coef.length / columns;
  const interceptName = ['intercept_', '_y_mean', 'y_mean_'].find((name) => state.has(name));
  const intercept = state.attribute(interceptName ?? 'intercept_').vector(outputs);
  const isScaled = state.since(1, 5);
  const weights = isScaled ? coef : coef.map((value, i) => value / deviation[i % columns]!);
  const fill: Fill = (X, out) => multiplyCentred(X, mean, weights, outputs, intercept, out);
  const isFlat = state.has('_predict_1d') && state.attribute('_predict_1d').boolean();
  return isFlat && outputs === 1 ? numberPerRow(fill) : numbersPerRow(outputs, fill);
}

/** One row a target. */
function readCoef(state: ObjectState, columns: number): Float64Array {
  if (state.has('_coef_')) return state.attribute('_coef_').matrix({ columns }).data;
  if (state.since(1, 3)) return state.attribute('coef_').matrix({ columns }).data;
  const { data, columns: targets } = state.attribute('coef_').matrix({ rows: columns });
  return transpose(data, columns, targets);
}
