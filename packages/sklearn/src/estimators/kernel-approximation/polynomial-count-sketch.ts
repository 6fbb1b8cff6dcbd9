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
          const twice = new Float64Array(2 * width);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) given[j] = scale * data[i * columns + j]!;
            const answer = out.subarray(i * width, (i + 1) * width);
            for (let j = 0; j < terms; j++) answer[places[j]!]! += signs[j]! * given[j]!;
            for (let d = 1; d < degree; d++) {
              twice.set(answer);
              twice.set(answer, width);
              convolve(twice, given, places.subarray(d * terms), signs.subarray(d * terms), answer);
            }
          }
        }),
      },
    });
  },
};

/** The sum of what `twice` holds two times in a row, moved on by the place of each term and multiplied by it. */
function convolve(
  twice: Float64Array,
  given: Float64Array,
  places: Int32Array,
  signs: Float64Array,
  out: Float64Array,
): void {
  const width = out.length;
  const starts: number[] = [];
  const factors: number[] = [];
  for (let j = 0; j < given.length; j++) {
    if (given[j] === 0) continue;
    starts.push(width - places[j]!);
    factors.push(signs[j]! * given[j]!);
  }
  // Four terms at a time, the last ones times zero.
  while (factors.length % 4 !== 0) {
    starts.push(0);
    factors.push(0);
  }
  out.fill(0);
  for (let j = 0; j < factors.length; j += 4) {
    const [s0, s1, s2, s3] = [starts[j]!, starts[j + 1]!, starts[j + 2]!, starts[j + 3]!];
    const [f0, f1, f2, f3] = [factors[j]!, factors[j + 1]!, factors[j + 2]!, factors[j + 3]!];
    for (let k = 0; k < width; k++) {
      out[k]! += f0 * twice[s0 + k]! + f1 * twice[s1 + k]! + (f2 * twice[s2 + k]! + f3 * twice[s3 + k]!);
    }
  }
}
