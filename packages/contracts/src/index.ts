/** Every message that crosses a process, as JSON Schema; the types are derived from the schemas. */
export { compareOutputs, type GoldenDifference } from './compare-golden.ts';
export * from './designs.ts';
export * from './models.ts';
export * from './predict.ts';
export * from './problem.ts';
