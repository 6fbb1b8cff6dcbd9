/** What makes rows of texts and of objects by name, as the registry lists it. */
import type { EstimatorDefinition } from '../definition.ts';
import { COUNT_VECTORIZERS } from './count-vectorizer.ts';
import { DICT_VECTORIZER } from './dict-vectorizer.ts';
import { HASHERS } from './hashing.ts';
import { TFIDF_TRANSFORMER } from './tfidf-transformer.ts';

export const FEATURE_EXTRACTION: readonly EstimatorDefinition[] = [
  ...COUNT_VECTORIZERS,
  TFIDF_TRANSFORMER,
  ...HASHERS,
  DICT_VECTORIZER,
];
