/** KernelPCA: the centred kernel of a row with the training rows, projected. Refuses kernels that are functions. */
import type { EstimatorDefinition, FittedMethods } from '../definition.ts';
import { readCentre } from '../kernels/kernel-centerer.ts';
import { kernelSums, visitKernelBlocks } from '../kernels/kernel-sums.ts';
import { KERNEL_NAMES, type Kernel, pairwiseKernel } from '../kernels/pairwise-kernels.ts';
import { multiplyRows, transpose } from '../linear-algebra.ts';
import { numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

export const KERNEL_PCA: EstimatorDefinition = {
  className: 'KernelPCA',
  module: 'sklearn.decomposition._kernel_pca',
  load: (state) => {
    const rows = state.attribute('X_fit_').matrix();
    const columns = state.columns(rows.columns);
    const kernel = readKernel(state, columns);
    if (kernel === asItIs && rows.rows !== columns)
      throw state.attribute('X_fit_').malformed('a square matrix');
    // Before 1.0 under other names.
    const isNew = state.has('eigenvalues_');
    const values = state.attribute(isNew ? 'eigenvalues_' : 'lambdas_').vector();
    const kept = values.length;
    const vectors = state
      .attribute(isNew ? 'eigenvectors_' : 'alphas_')
      .matrix({ rows: rows.rows, columns: kept });
    const weights = transpose(
      vectors.data.map((value, i) => {
        const eigenvalue = values[i % kept]!;
        return eigenvalue === 0 ? 0 : value / Math.sqrt(eigenvalue);
      }),
      rows.rows,
      kept,
    );
    const centre = readCentre(state.attribute('_centerer').object(), rows.rows);
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(kept, (X, out) =>
          visitKernelBlocks(X, rows, kernel, (block, _, first) => {
            centre(block.data);
            const to = out.subarray(first * kept, (first + block.rows) * kept);
            multiplyRows(block, weights, kept, null, to);
          }),
        ),
        ...inverse(state, kept, columns),
      },
    });
  },
};

/** With `precomputed` the rows are those of the kernel: one number for each training row. */
const asItIs: Kernel = (X, _, out) => out.set(X.data);

function readKernel(state: ObjectState, columns: number): Kernel {
  if (state.attribute('kernel').value === 'precomputed') return asItIs;
  // From 1.3 on the default is kept where it was used.
  const gamma = state.optional('gamma_') ?? state.optional('gamma');
  return pairwiseKernel(state.choice('kernel', KERNEL_NAMES), {
    gamma: gamma?.number() ?? null,
    degree: state.attribute('degree').number(),
    coef0: state.attribute('coef0').number(),
    columns,
  });
}

/** Kernel ridge regression from the projections back, where it was fitted. */
function inverse(state: ObjectState, kept: number, columns: number): FittedMethods {
  if (!state.attribute('fit_inverse_transform').boolean()) return {};
  if (state.attribute('kernel').value === 'precomputed')
    throw state.attribute('kernel').malformed('a kernel');
  const rows = state.attribute('X_transformed_fit_').matrix({ columns: kept });
  const dual = state.attribute('dual_coef_').matrix({ rows: rows.rows, columns });
  const weights = transpose(dual.data, rows.rows, columns);
  const fill = kernelSums(readKernel(state, kept), rows, weights, columns);
  return { inverse_transform: withColumns(kept, numbersPerRow(columns, fill)) };
}
