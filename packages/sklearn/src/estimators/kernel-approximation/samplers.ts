/** Feature maps whose products come near to a kernel: Nystroem, RBFSampler and the chi-squared samplers. */
import type { Matrix } from '../../model.ts';
import { refuseUpTo } from '../check-input.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { kernelSums } from '../kernels/kernel-sums.ts';
import { KERNEL_NAMES, pairwiseKernel } from '../kernels/pairwise-kernels.ts';
import { multiplyRows, transpose } from '../linear-algebra.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.kernel_approximation';
/** More steps than anyone samples. */
const STEPS_MAX = 1_000;

export const KERNEL_SAMPLERS: readonly EstimatorDefinition[] = [
  { className: 'Nystroem', module: MODULE, load: loadNystroem },
  { className: 'RBFSampler', module: MODULE, load: (state) => loadFourier(state, null) },
  {
    className: 'SkewedChi2Sampler',
    module: MODULE,
    load: (state) => loadFourier(state, state.attribute('skewedness').number()),
  },
  { className: 'AdditiveChi2Sampler', module: MODULE, load: loadAdditive },
];

function loadNystroem(state: ObjectState): FittedEstimator {
  const rows = state.attribute('components_').matrix();
  const columns = state.columns(rows.columns);
  const kept = rows.rows;
  const weights = state.attribute('normalization_').matrix({ columns: kept });
  const parameters = state.optional('kernel_params');
  if (parameters !== null && parameters.dict().size > 0) {
    state.refuse('kernel_params', 'parameters of a kernel given by name');
  }
  const kernel = pairwiseKernel(state.choice('kernel', KERNEL_NAMES), {
    gamma: state.optional('gamma')?.number() ?? null,
    degree: state.optional('degree')?.number() ?? 3,
    coef0: state.optional('coef0')?.number() ?? 1,
    columns,
  });
  const fill = kernelSums(kernel, rows, weights.data, weights.rows);
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: { transform: numbersPerRow(weights.rows, fill) },
  });
}

/** Cosines of random projections; of the logarithm of what is above minus the skewedness where there is one. */
function loadFourier(state: ObjectState, skewedness: number | null): FittedEstimator {
  const { data, rows, columns: kept } = state.attribute('random_weights_').matrix();
  const columns = state.columns(rows);
  const weights = transpose(data, rows, kept);
  const offset = state.attribute('random_offset_').vector(kept);
  const factor = Math.sqrt(2 / state.attribute('n_components').integer(1));
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      transform: numbersPerRow(kept, (X, out) => {
        const rows = skewedness === null ? X : logarithms(X, skewedness);
        multiplyRows(rows, weights, kept, offset, out);
        for (let i = 0; i < out.length; i++) out[i] = factor * Math.cos(out[i]!);
      }),
    },
  });
}

function logarithms(X: Matrix, skewedness: number): Matrix {
  refuseUpTo(X, -skewedness, `${-skewedness} or less, which the kernel does not take`);
  return { ...X, data: X.data.map((value) => Math.log(value + skewedness)) };
}

function loadAdditive(state: ObjectState): FittedEstimator {
  const steps = state.attribute('sample_steps').integer(1, STEPS_MAX);
  const given = state.optional('sample_interval_') ?? state.optional('sample_interval');
  const interval = given?.number() ?? [0.8, 0.5, 0.4][steps - 1];
  if (interval === undefined)
    throw state.attribute('sample_steps').malformed('at most 3 without an interval');
  const columns = state.columns();
  const width = columns * (2 * steps - 1);
  const transform = numbersPerRow(width, (X, out) => {
    refuseUpTo(X, -Number.MIN_VALUE, 'negative, which the kernel does not take');
    for (let i = 0; i < X.data.length; i++) {
      const x = X.data[i]!;
      if (x === 0) continue;
      const start = Math.floor(i / columns) * width + (i % columns);
      out[start] = Math.sqrt(x * interval);
      const step = interval * Math.log(x);
      for (let j = 1; j < steps; j++) {
        const factor = Math.sqrt((2 * x * interval) / Math.cosh(Math.PI * j * interval));
        out[start + (2 * j - 1) * columns] = factor * Math.cos(j * step);
        out[start + 2 * j * columns] = factor * Math.sin(j * step);
      }
    }
  });
  return state.fitted({ columns, accepts: 'finite', methods: { transform } });
}
