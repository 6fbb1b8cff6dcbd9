/** The transformers of feature_engine that pipelines of scikit-learn hold, as the registry lists them. */
import type { EstimatorDefinition } from '../definition.ts';
import { FRAME_ENCODERS } from './encoders.ts';
import { FRAME_IMPUTERS } from './imputers.ts';
import { FRAME_NUMBERS } from './numbers.ts';
import { SKLEARN_TRANSFORMER_WRAPPER } from './wrapper.ts';

export const FEATURE_ENGINE: readonly EstimatorDefinition[] = [
  SKLEARN_TRANSFORMER_WRAPPER,
  ...FRAME_IMPUTERS,
  ...FRAME_ENCODERS,
  ...FRAME_NUMBERS,
];
