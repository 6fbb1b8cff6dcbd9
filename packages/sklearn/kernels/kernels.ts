/** The kernels that WebAssembly runs for packages/sklearn, all together. */
import { SCRATCH_PAGES } from '../src/simd/layout.ts';
import { assembleModule } from './assembler.ts';
import { exponentiate, hyperbolicTangent, rectify, roundToFloat32 } from './elementwise.ts';
import { approximateDistances, selectNear } from './nearest.ts';
import { absoluteDifference, defineSums, product, squaredDifference } from './sums.ts';
import { walkTree } from './walk-tree.ts';

/** The module that packages/sklearn carries as bytes. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  return assembleModule(
    [{ module: 'math', name: 'exp' }],
    [
      defineSums('products', product),
      defineSums('squaredDistances', squaredDifference),
      defineSums('absoluteDistances', absoluteDifference),
      exponentiate,
      hyperbolicTangent,
      rectify,
      roundToFloat32,
      walkTree,
      approximateDistances,
      selectNear,
    ],
    SCRATCH_PAGES,
  );
}
