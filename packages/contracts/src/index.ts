/** Every message that crosses a process, as JSON Schema; the types are derived from the schemas. */
export * from './designs.ts';
export * from './models.ts';
export * from './predict.ts';
export * from './problem.ts';
