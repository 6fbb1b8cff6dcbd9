/** Every message that crosses a process, as JSON Schema; the types are derived from the schemas. */
export { compareOutputs, type GoldenDifference } from './compare-golden.ts';
export { DATATYPES, type Datatype } from './datatypes.ts';
export * from './designs.ts';
export * from './health.ts';
export { METHOD_NAMES } from './method-names.ts';
export * from './models.ts';
export * from './open-inference.ts';
export * from './predict.ts';
export * from './problem.ts';
export { COLUMN_KINDS, ROW_KINDS } from './row-kinds.ts';
export { VERSION_LABELS, type VersionLabel } from './version-labels.ts';
