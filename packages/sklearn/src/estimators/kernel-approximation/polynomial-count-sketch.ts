/**
 * PolynomialCountSketch: the circular convolution of several count sketches of a row, which scikit-learn computes by
 * Fourier transforms and which is summed here directly, since a sketch of a row has few numbers.
 */
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';

/** Four times the width that scikit-learn's text hashing has by default. */
const WIDTH_MAX = 2 ** 22;
/** More than any polynomial kernel has. */
const DEGREE_MAX = 64;

export const POLYNOMIAL_COUNT_SKETCH: EstimatorDefinition = {
  className: 'PolynomialCountSketch',
  module: 'sklearn.kernel_approximation',
  load: (state) => {
    const width = state.attribute('n_components').integer(1, WIDTH_MAX);
    const degree = state.attribute('degree').integer(1, DEGREE_MAX);
    const scale = Math.sqrt(state.attribute('gamma').number());
    const offset = state.attribute('coef0').number();
    const attribute = state.attribute('indexHash_');
    const terms = attribute.shape()[1] ?? 0;
    // The offset is one more column.
    const columns = state.columns(offset === 0 ? terms : terms - 1);
    const places = attribute.indices([degree, terms], 0, width - 1);
    const signs = state.attribute('bitHash_').matrix({ rows: degree, columns: terms }).data;
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(width, ({ data, rows }, out) => {
          const given = new Float64Array(terms).fill(Math.sqrt(offset));
          const product = new Float64Array(width);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) given[j] = scale * data[i * columns + j]!;
            const answer = out.subarray(i * width, (i + 1) * width);
            for (let j = 0; j < terms; j++) answer[places[j]!]! += signs[j]! * given[j]!;
            for (let d = 1; d < degree; d++) {
              product.set(answer);
              answer.fill(0);
              for (let j = 0; j < terms; j++) {
                addRotated(product, places[d * terms + j]!, signs[d * terms + j]! * given[j]!, answer);
              }
            }
          }
        }),
      },
    });
  },
};

/** Adds `factor` times the values, moved on by `by` places, those at the end to the start. */
function addRotated(values: Float64Array, by: number, factor: number, out: Float64Array): void {
  if (factor === 0) return;
  const split = values.length - by;
  for (let k = 0; k < split; k++) out[k + by]! += factor * values[k]!;
  for (let k = split; k < values.length; k++) out[k - split]! += factor * values[k]!;
}
