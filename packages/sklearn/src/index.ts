/** Reads scikit-learn pickles without running them and evaluates their estimators in float64. */
export { SKLEARN_ERROR_CODES, SklearnError, type SklearnErrorCode, type Unsupported } from './errors.ts';
export { freeNumbers } from './free-numbers.ts';
export type { InertValue } from './inert-values.ts';
export {
  type GlobalRole,
  type InspectedGlobal,
  type Inspection,
  inspectModel,
  type Problem,
} from './inspect-model.ts';
export type {
  Cell,
  ColumnKind,
  Datatype,
  Label,
  Matrix,
  MethodName,
  MethodPart,
  MethodSignature,
  Output,
  RowKind,
  Signature,
  SklearnModel,
} from './model.ts';
export { encodeNpy, readNpy } from './numpy/npy.ts';
export { PICKLE_LIMITS, type PickleLimits } from './pickle/limits.ts';
export { type PickleDocument, type PickleOptions, readPickle } from './pickle/read-pickle.ts';
export type {
  NdArray,
  NdArrayData,
  PickleGlobal,
  PickleObject,
  PickleValue,
  StructuredData,
} from './pickle/value.ts';
export { type ModelFile, readChain, readModel } from './read-model.ts';
export { type RowShape, readRows, rowShapeOf } from './read-rows.ts';
export { type Column, Table } from './table.ts';
