/**
 * NMF and MiniBatchNMF: the non-negative weights of rows for the fitted components, solved for at each call by
 * coordinate descent or multiplicative updates, all rows of a call together, as scikit-learn does. Refuses negative
 * numbers, and components in an order that is drawn without a seed.
 */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import { refuseUpTo } from '../check-input.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { readIterations } from '../iterations.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { type Fill, numbersPerRow, withColumns } from '../methods.ts';
import { numpySum } from '../numpy-sum.ts';
import type { ObjectState } from '../object-state.ts';
import { readSeed, SeededRandom } from '../seeded-random.ts';
import { createFactorization, createUpdates, type Factorization } from './multiplicative-update.ts';

const MODULE = 'sklearn.decomposition._nmf';
/** The divergence is looked at after so many updates. */
const UPDATES_BETWEEN = 10;

const LOSSES = ['frobenius', 'kullback-leibler', 'itakura-saito'] as const;
const BETAS: Readonly<Record<(typeof LOSSES)[number], number>> = {
  frobenius: 2,
  'kullback-leibler': 1,
  'itakura-saito': 0,
};

export const NON_NEGATIVE_FACTORIZATIONS: readonly EstimatorDefinition[] = [
  { className: 'NMF', module: MODULE, load: loadFactorization },
  { className: 'MiniBatchNMF', module: MODULE, load: loadMiniBatch },
];

function loadFactorization(state: ObjectState): FittedEstimator {
  const problem = readProblem(state, true);
  const iterations = readIterations(state, 'max_iter');
  const tolerance = state.attribute('tol').number();
  const isDescent = state.choice('solver', ['cd', 'mu']) === 'cd';
  const seed = isDescent ? readShuffle(state) : null;
  return fitted(state, problem, (X, weights) => {
    refuseUpTo(X, -Number.MIN_VALUE, 'negative, which NMF does not take');
    refuseZeros(X, problem.beta);
    if (isDescent) descend(X, problem, { iterations, tolerance, seed }, weights);
    else updateUntilSteady(X, problem, iterations, tolerance, weights);
  });
}

function loadMiniBatch(state: ObjectState): FittedEstimator {
  const problem = readProblem(state, false);
  const own = state.optional('transform_max_iter');
  const iterations = readIterations(state, own === null ? 'max_iter' : 'transform_max_iter');
  const tolerance = state.attribute('tol').number();
  return fitted(state, problem, (X, weights) => {
    const { update } = createUpdates(X, problem);
    weights.fill(startOf(X, problem));
    const before = new Float64Array(weights.length);
    for (let i = 0; i < iterations; i++) {
      before.set(weights);
      update(weights);
      let moved = 0;
      let size = 0;
      for (let j = 0; j < weights.length; j++) {
        moved += (weights[j]! - before[j]!) ** 2;
        size += weights[j]! ** 2;
      }
      if (tolerance > 0 && Math.sqrt(moved) / Math.sqrt(size) <= tolerance) break;
    }
  });
}

function readProblem(state: ObjectState, addsAgain: boolean): Factorization {
  const attribute = state.attribute('components_');
  const components = attribute.matrix();
  if (!components.data.every((value) => value >= 0)) throw attribute.malformed('free of negative numbers');
  const loss = state.attribute('beta_loss');
  const beta = typeof loss.value === 'string' ? BETAS[state.choice('beta_loss', LOSSES)] : loss.number();
  // Before 1.2 there was one strength, which 1.0 renamed and scaled otherwise.
  const former = state.optional('alpha');
  if (former !== null && former.value !== 'deprecated' && former.number() !== 0) {
    state.refuse('alpha', 'the regularization of before 1.2');
  }
  const alpha = (state.optional('alpha_W')?.number() ?? 0) * components.columns;
  const share = state.attribute('l1_ratio').number();
  return createFactorization(components, { beta, l1: alpha * share, l2: alpha * (1 - share), addsAgain });
}

function fitted(state: ObjectState, { components, transposed }: Factorization, solve: Fill): FittedEstimator {
  const { rows: kept, columns } = components;
  state.joinsRows();
  return state.fitted({
    columns: state.columns(columns),
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, solve),
      inverse_transform: withColumns(
        kept,
        numbersPerRow(columns, (X, out) => multiplyRows(X, transposed, columns, null, out)),
      ),
    },
  });
}

/** The seed of the order of components where it is drawn; `null` where they have their own. */
function readShuffle(state: ObjectState): number | null {
  if (!(state.optional('shuffle')?.boolean() ?? false)) return null;
  const seed = readSeed(state);
  if (seed === null) state.refuse('shuffle', 'an order that is drawn anew at each call');
  return seed;
}

/** Where every weight starts that is multiplied: from zero none would ever move. */
function startOf({ data }: Matrix, { components }: Factorization): number {
  return Math.sqrt(numpySum(data, 0, data.length) / data.length / components.rows);
}

interface Descent {
  readonly iterations: number;
  readonly tolerance: number;
  readonly seed: number | null;
}

/** Projected Newton steps on one component after another, until they have become small. */
function descend(
  X: Matrix,
  { components, l1, l2 }: Factorization,
  { iterations, tolerance, seed }: Descent,
  weights: Float64Array,
): void {
  const { data, rows: kept } = components;
  const gram = new Float64Array(kept * kept);
  const projected = new Float64Array(X.rows * kept);
  multiplyRows(components, data, kept, null, gram);
  multiplyRows(X, data, kept, null, projected);
  for (let k = 0; k < kept; k++) gram[k * kept + k]! += l2;
  for (let i = 0; i < projected.length; i++) projected[i]! -= l1;
  const order = Int32Array.from({ length: kept }, (_, k) => k);
  const random = seed === null ? null : new SeededRandom(seed);
  let firstViolation = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    random?.permute(order);
    const violation = sweep(order, gram, projected, weights);
    if (iteration === 0) firstViolation = violation;
    if (firstViolation === 0 || violation / firstViolation <= tolerance) break;
  }
}

/**
 * Moves every weight once, of each row one component after another; returns by how much the gradients were off.
 * scikit-learn goes through all rows for each component, which comes to the same weights.
 */
function sweep(
  order: Int32Array,
  gram: Float64Array,
  projected: Float64Array,
  weights: Float64Array,
): number {
  const kept = order.length;
  let violation = 0;
  let row = 0;
  for (; row + 4 * kept <= weights.length; row += 4 * kept) {
    for (let at = 0; at < kept; at++) violation += stepFour(order[at]!, kept, gram, projected, weights, row);
  }
  for (; row < weights.length; row += kept) {
    for (let at = 0; at < kept; at++) {
      const k = order[at]!;
      let gradient = -projected[row + k]!;
      for (let j = 0; j < kept; j++) gradient += gram[k * kept + j]! * weights[row + j]!;
      violation += step(gradient, gram[k * kept + k]!, weights, row + k);
    }
  }
  return violation;
}

/** Moves one weight of four rows side by side, so that each number of the gram is read for four. */
function stepFour(
  k: number,
  kept: number,
  gram: Float64Array,
  projected: Float64Array,
  weights: Float64Array,
  row: number,
): number {
  const [r1, r2, r3] = [row + kept, row + 2 * kept, row + 3 * kept];
  let g0 = -projected[row + k]!;
  let g1 = -projected[r1 + k]!;
  let g2 = -projected[r2 + k]!;
  let g3 = -projected[r3 + k]!;
  for (let j = 0; j < kept; j++) {
    const product = gram[k * kept + j]!;
    g0 += product * weights[row + j]!;
    g1 += product * weights[r1 + j]!;
    g2 += product * weights[r2 + j]!;
    g3 += product * weights[r3 + j]!;
  }
  const curvature = gram[k * kept + k]!;
  return (
    step(g0, curvature, weights, row + k) +
    step(g1, curvature, weights, r1 + k) +
    (step(g2, curvature, weights, r2 + k) + step(g3, curvature, weights, r3 + k))
  );
}

/** Moves one weight; returns by how much its gradient was off. */
function step(gradient: number, curvature: number, weights: Float64Array, at: number): number {
  const weight = weights[at]!;
  if (curvature !== 0) weights[at] = Math.max(weight - gradient / curvature, 0);
  return Math.abs(weight === 0 ? Math.min(0, gradient) : gradient);
}

function updateUntilSteady(
  X: Matrix,
  problem: Factorization,
  iterations: number,
  tolerance: number,
  weights: Float64Array,
): void {
  const { update, divergence } = createUpdates(X, problem);
  weights.fill(startOf(X, problem));
  const atStart = divergence(weights);
  let previous = atStart;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    update(weights);
    if (problem.beta < 1) {
      for (let i = 0; i < weights.length; i++) if (weights[i]! < Number.EPSILON) weights[i] = 0;
    }
    if (!(tolerance > 0) || iteration % UPDATES_BETWEEN !== 0) continue;
    const error = divergence(weights);
    if ((previous - error) / atStart < tolerance) break;
    previous = error;
  }
}

function refuseZeros(X: Matrix, beta: number): void {
  if (beta > 0) return;
  const index = X.data.indexOf(0);
  if (index === -1) return;
  const path = `inputs[${Math.floor(index / X.columns)}]`;
  const message = `${path} is 0 in column ${index % X.columns}, where this loss needs what is above zero.`;
  throw new SklearnError('INPUT_INVALID', message, { path });
}
