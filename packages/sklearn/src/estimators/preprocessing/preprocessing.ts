/** What transforms columns one by one, as the registry lists it. */
import type { EstimatorDefinition } from '../definition.ts';
import { BINARIZER } from './binarizer.ts';
import { FUNCTION_TRANSFORMER } from './function-transformer.ts';
import { ITERATIVE_IMPUTER } from './iterative-imputer.ts';
import { K_BINS_DISCRETIZER } from './k-bins-discretizer.ts';
import { LABELS } from './labels.ts';
import { MAX_ABS_SCALER } from './max-abs-scaler.ts';
import { ONE_HOT_ENCODER } from './one-hot-encoder.ts';
import { ORDINAL_ENCODER } from './ordinal-encoder.ts';
import { POLYNOMIAL_FEATURES } from './polynomial-features.ts';
import { POWER_TRANSFORMER } from './power-transformer.ts';
import { QUANTILE_TRANSFORMER } from './quantile-transformer.ts';
import { ROBUST_SCALER } from './robust-scaler.ts';
import { SIMPLE_IMPUTERS } from './simple-imputer.ts';
import { SPLINE_TRANSFORMER } from './spline-transformer.ts';
import { TARGET_ENCODER } from './target-encoder.ts';

export const PREPROCESSING: readonly EstimatorDefinition[] = [
  ...SIMPLE_IMPUTERS,
  ITERATIVE_IMPUTER,
  ONE_HOT_ENCODER,
  ORDINAL_ENCODER,
  FUNCTION_TRANSFORMER,
  QUANTILE_TRANSFORMER,
  ROBUST_SCALER,
  MAX_ABS_SCALER,
  POLYNOMIAL_FEATURES,
  POWER_TRANSFORMER,
  BINARIZER,
  K_BINS_DISCRETIZER,
  SPLINE_TRANSFORMER,
  TARGET_ENCODER,
  ...LABELS,
];
