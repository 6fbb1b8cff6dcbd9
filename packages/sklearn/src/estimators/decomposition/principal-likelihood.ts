/**
 * `score_samples` of PCA: the logarithm of the density of each row under the normal distribution whose covariance
 * is that of the components and the same noise for all that they leave. It is left out where that has no inverse.
 */
import type { Matrix } from '../../model.ts';
import type { FittedMethods } from '../definition.ts';
import { addToRows, multiplyRows } from '../linear-algebra.ts';
import { type Fill, numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { invertSymmetric } from '../symmetric-inverse.ts';

/** The inverse of a matrix of this size takes a quarter of a second. */
const COMPONENTS_MAX = 500;

/** Of components of (kept, columns), as they are projected on. */
export function principalLikelihood(
  state: ObjectState,
  components: Matrix,
  mean: Float64Array,
  whitens: boolean,
): FittedMethods {
  const { rows: kept, columns } = components;
  const noise = state.optional('noise_variance_')?.number();
  const variances = state.optional('explained_variance_')?.vector(kept);
  // The oldest files have neither.
  if (noise === undefined || variances === undefined || kept < 1 || kept > COMPONENTS_MAX) return {};
  const scaled = {
    ...components,
    // Where it whitens, scikit-learn weighs the components by their deviations here.
    data: components.data.map((value, i) =>
      whitens ? value * Math.sqrt(variances[Math.floor(i / columns)]!) : value,
    ),
  };
  const beyond = variances.map((variance) => Math.max(variance - noise, 0));
  const density = noise === 0 ? withoutNoise(scaled, whitens, variances) : withNoise(scaled, beyond, noise);
  if (density === null) return {};
  const minusMean = mean.map((value) => -value);
  return {
    score_samples: numberPerRow((X, out) => {
      const data = X.data.slice();
      addToRows(data, X.rows, minusMean);
      density.distances({ ...X, data }, out);
      const constant = columns * Math.log(2 * Math.PI) - density.logPrecision;
      for (let i = 0; i < out.length; i++) out[i] = -0.5 * (out[i]! + constant);
    }),
  };
}

/** Squared distances of rows less the mean, and the logarithm of the determinant of the precision. */
interface Density {
  readonly distances: Fill;
  readonly logPrecision: number;
}

/** The precision by the matrix inversion lemma. */
function withNoise(components: Matrix, beyond: Float64Array, noise: number): Density | null {
  const { data, rows: kept, columns } = components;
  const gram = new Float64Array(kept * kept);
  multiplyRows(components, data, kept, null, gram);
  let logPrecision = -columns * Math.log(noise);
  for (let i = 0; i < gram.length; i++) gram[i]! /= noise;
  for (let k = 0; k < kept; k++) {
    gram[k * kept + k]! += 1 / beyond[k]!;
    logPrecision -= Math.log(beyond[k]!);
  }
  const solution = invertSymmetric(gram, kept);
  if (solution === null) return null;
  const distances: Fill = (X, out) => {
    const projected = new Float64Array(X.rows * kept);
    const solved = new Float64Array(X.rows * kept);
    multiplyRows(X, data, kept, null, projected);
    multiplyRows({ data: projected, rows: X.rows, columns: kept }, solution.inverse, kept, null, solved);
    for (let i = 0; i < X.rows; i++) {
      let own = 0;
      let explained = 0;
      for (let j = i * columns; j < (i + 1) * columns; j++) own += X.data[j]! * X.data[j]!;
      for (let k = i * kept; k < (i + 1) * kept; k++) explained += projected[k]! * solved[k]!;
      out[i] = (own - explained / noise) / noise;
    }
  };
  return { distances, logPrecision: logPrecision - solution.logDeterminant };
}

/** All components without noise: each is divided by its variance. */
function withoutNoise(components: Matrix, whitens: boolean, variances: Float64Array): Density | null {
  const { data, rows: kept, columns } = components;
  if (kept !== columns || !variances.every((variance) => variance > 0)) return null;
  // What was weighed by the deviations counts twice.
  const covariances = variances.map((variance) => (whitens ? variance ** 2 : variance));
  const distances: Fill = (X, out) => {
    const projected = new Float64Array(X.rows * kept);
    multiplyRows(X, data, kept, null, projected);
    for (let i = 0; i < projected.length; i++) {
      const k = i % kept;
      out[Math.floor(i / kept)]! += projected[i]! ** 2 / (covariances[k]! * (whitens ? variances[k]! : 1));
    }
  };
  const logPrecision = covariances.reduce((sum, covariance) => sum - Math.log(covariance), 0);
  return { distances, logPrecision };
}
