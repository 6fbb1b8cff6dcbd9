/**
 * LatentDirichletAllocation: how much of each topic there is in each row of counts, found row by row by the
 * iteration of scikit-learn's variational inference. Refuses negative counts.
 */
import type { Matrix } from '../../model.ts';
import { SparseRows } from '../../sparse-rows.ts';
import { refuseUpTo } from '../check-input.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { readIterations } from '../iterations.ts';
import { transpose } from '../linear-algebra.ts';
import { numbersPerRow } from '../methods.ts';
import { divideBySums } from '../probability.ts';

export const LATENT_DIRICHLET_ALLOCATION: EstimatorDefinition = {
  className: 'LatentDirichletAllocation',
  module: 'sklearn.decomposition._lda',
  load: (state) => {
    const { data, rows: topics, columns: width } = state.attribute('exp_dirichlet_component_').matrix();
    const columns = state.columns(width);
    const ofWords = transpose(data, topics, columns);
    const prior = state.attribute('doc_topic_prior_').number();
    const iterations = readIterations(state, 'max_doc_update_iter', 0);
    const tolerance = state.attribute('mean_change_tol').number();
    const infer = createInference(ofWords, topics, { prior, iterations, tolerance });
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(topics, (X, out) => {
          refuseUpTo(X, -Number.MIN_VALUE, 'negative, which LatentDirichletAllocation does not take');
          for (let i = 0; i < X.rows; i++) infer(countsOf(X, i), out.subarray(i * topics, (i + 1) * topics));
          divideBySums(out, topics, Number.NaN);
        }),
      },
    });
  },
};

/** The columns of one row that are not zero, and their numbers. */
interface Counts {
  readonly words: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

function countsOf(X: Matrix, row: number): Counts {
  if (X instanceof SparseRows) {
    const [start, end] = [X.starts[row]!, X.starts[row + 1]!];
    return { words: X.indices.subarray(start, end), counts: X.values.subarray(start, end) };
  }
  const words: number[] = [];
  const counts: number[] = [];
  for (let j = 0; j < X.columns; j++) {
    const count = X.data[row * X.columns + j]!;
    if (count === 0) continue;
    words.push(j);
    counts.push(count);
  }
  return { words, counts };
}

interface Inference {
  readonly prior: number;
  readonly iterations: number;
  readonly tolerance: number;
}

/** Writes the parameters of the Dirichlet distribution of one row; `ofWords` has a row of topics for each word. */
function createInference(
  ofWords: Float64Array,
  topics: number,
  { prior, iterations, tolerance }: Inference,
): (row: Counts, out: Float64Array) => void {
  const expected = new Float64Array(topics);
  const sums = new Float64Array(topics);
  const atStart = Math.exp(digamma(1) - digamma(topics));
  return ({ words, counts }, out) => {
    out.fill(1);
    expected.fill(atStart);
    for (let iteration = 0; iteration < iterations; iteration++) {
      sums.fill(0);
      for (let w = 0; w < words.length; w++) addWord(ofWords, words[w]! * topics, expected, counts[w]!, sums);
      let total = 0;
      let change = 0;
      for (let k = 0; k < topics; k++) {
        const next = expected[k]! * sums[k]! + prior;
        change += Math.abs(out[k]! - next);
        out[k] = next;
        total += next;
      }
      const ofTotal = digamma(total);
      for (let k = 0; k < topics; k++) expected[k] = Math.exp(digamma(out[k]!) - ofTotal);
      if (change / topics < tolerance) break;
    }
  };
}

/** Adds what one word says of each topic. */
function addWord(
  ofWords: Float64Array,
  start: number,
  expected: Float64Array,
  count: number,
  sums: Float64Array,
): void {
  const topics = expected.length;
  let norm = 0;
  for (let k = 0; k < topics; k++) norm += expected[k]! * ofWords[start + k]!;
  const share = count / (norm + Number.EPSILON);
  for (let k = 0; k < topics; k++) sums[k]! += share * ofWords[start + k]!;
}

/**
 * The digamma function as scikit-learn's inference has it: the three terms of Bernardo's Algorithm AS 103 from 6
 * on, which are good to nine digits. What is more exact would be another answer.
 */
function digamma(x: number): number {
  if (x <= 1e-6) return -0.5772156649015329 - 1 / x;
  let sum = 0;
  let y = x;
  for (; y < 6; y++) sum -= 1 / y;
  const inverse = 1 / y;
  const square = inverse * inverse;
  return sum + Math.log(y) - 0.5 * inverse - square * (1 / 12 - square * (1 / 120 - square / 252));
}
