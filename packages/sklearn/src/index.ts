/** Reads scikit-learn pickles without running them and evaluates their estimators in float64. */
export { SKLEARN_ERROR_CODES, SklearnError, type SklearnErrorCode } from './errors.ts';
export type { Label, Matrix, MethodName, MethodSignature, Output, Signature, SklearnModel } from './model.ts';
