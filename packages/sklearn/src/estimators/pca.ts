/** PCA: (x - mean) components', divided by the standard deviations where `whiten` says so. */
import { principalLikelihood } from './decomposition/principal-likelihood.ts';
import type { EstimatorDefinition } from './definition.ts';
import { multiplyCentred, multiplyRows, transpose } from './linear-algebra.ts';
import { numbersPerRow, withColumns } from './methods.ts';

export const PRINCIPAL_COMPONENTS: EstimatorDefinition = {
  className: 'PCA',
  module: 'sklearn.decomposition._pca',
  load: (state) => {
    const components = state.attribute('components_').matrix();
    const columns = state.columns(components.columns);
    const kept = components.rows;
    const mean = state.optional('mean_')?.vector(columns) ?? new Float64Array(columns);
    const whitens = state.attribute('whiten').boolean();
    const deviations = whitens
      ? Float64Array.from(state.attribute('explained_variance_').vector(kept), Math.sqrt)
      : new Float64Array(kept).fill(1);
    const centresLast = state.since(1, 5);
    // From 1.5 on deviations near zero are raised, so that nothing is divided by zero.
    const divisors = centresLast ? deviations.map((value) => Math.max(value, Number.EPSILON)) : deviations;

    const projectedMean = new Float64Array(kept);
    multiplyRows({ data: mean, rows: 1, columns }, components.data, kept, null, projectedMean);
    const minusProjectedMean = projectedMean.map((value) => -value);
    const back = transpose(
      components.data.map((value, i) => value * deviations[Math.floor(i / columns)]!),
      kept,
      columns,
    );

    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(kept, (X, out) => {
          if (centresLast) {
            multiplyRows(X, components.data, kept, minusProjectedMean, out);
          } else {
            multiplyCentred(X, mean, components.data, kept, null, out);
          }
          if (whitens) divideRows(out, divisors);
        }),
        inverse_transform: withColumns(
          kept,
          numbersPerRow(columns, (X, out) => multiplyRows(X, back, columns, mean, out)),
        ),
        // IncrementalPCA has none.
        ...(state.className === 'PCA' ? principalLikelihood(state, components, mean, whitens) : {}),
      },
    });
  },
};

function divideRows(out: Float64Array, divisors: Float64Array): void {
  for (let row = 0; row < out.length; row += divisors.length) {
    for (let j = 0; j < divisors.length; j++) out[row + j]! /= divisors[j]!;
  }
}
