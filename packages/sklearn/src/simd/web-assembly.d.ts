/** As much of WebAssembly as the kernels need: the library of ECMAScript has no types of it, and that of browsers is not read here. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  class CompileError extends Error {}
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
