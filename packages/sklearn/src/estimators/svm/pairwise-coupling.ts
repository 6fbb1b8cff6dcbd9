/**
 * Probabilities of several classes out of those of each pair: the second method of T.-F. Wu, C.-J. Lin and
 * R. C. Weng, Probability Estimates for Multi-class Classification by Pairwise Coupling (2004), which libsvm uses.
 */

const ROUNDS_MIN = 100;
/** The rounds end below this error, divided by the number of classes. It is coarse enough to be seen in the answer. */
const ERROR = 0.005;

export interface Coupling {
  /**
   * `pairs` holds at (i, j) the probability of class i where it can only be i or j. Writes the probabilities of
   * all classes to `out` from `start` on.
   */
  readonly solve: (pairs: Float64Array, out: Float64Array, start: number) => void;
}

/** With the room that `count` classes need, used again for every row. */
export function createCoupling(count: number): Coupling {
  const Q = new Float64Array(count * count);
  const product = new Float64Array(count);
  const p = new Float64Array(count);
  return {
    solve: (pairs, out, start) => {
      fillQuadraticForm(pairs, Q, count);
      p.fill(1 / count);
      const rounds = Math.max(ROUNDS_MIN, count);
      for (let round = 0; round < rounds; round++) {
        if (!improve(Q, p, product, count)) break;
      }
      out.set(p, start);
    },
  };
}

function fillQuadraticForm(pairs: Float64Array, Q: Float64Array, count: number): void {
  for (let t = 0; t < count; t++) {
    let diagonal = 0;
    for (let j = 0; j < count; j++) {
      if (j === t) continue;
      const against = pairs[j * count + t]!;
      diagonal += against * against;
      Q[t * count + j] = -against * pairs[t * count + j]!;
    }
    Q[t * count + t] = diagonal;
  }
}

/** One round over all classes; false where p was good enough before it. */
function improve(Q: Float64Array, p: Float64Array, product: Float64Array, count: number): boolean {
  let value = 0;
  for (let t = 0; t < count; t++) {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += Q[t * count + j]! * p[j]!;
    product[t] = sum;
    value += p[t]! * sum;
  }
  let error = 0;
  for (let t = 0; t < count; t++) error = Math.max(error, Math.abs(product[t]! - value));
  if (error < ERROR / count) return false;
  for (let t = 0; t < count; t++) {
    const diagonal = Q[t * count + t]!;
    const step = (value - product[t]!) / diagonal;
    const scale = 1 + step;
    p[t]! += step;
    value = (value + step * (step * diagonal + 2 * product[t]!)) / scale / scale;
    for (let j = 0; j < count; j++) {
      product[j] = (product[j]! + step * Q[t * count + j]!) / scale;
      p[j]! /= scale;
    }
  }
  return true;
}
