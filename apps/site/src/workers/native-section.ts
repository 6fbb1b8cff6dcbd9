/**
 * Marks when a worker thread is inside native code: a thread terminated there takes the whole process with it, so its
 * pool lets it finish first. One flag, shared by both sides, decides who comes first.
 */
const OUTSIDE = 0;
const INSIDE = 1;
/** The pool is ending the thread: it must not go in any more. */
const ENDING = 2;

let shared: Int32Array | null = null;

export function createNativeFlag(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** The worker's side: `flag` is the one its pool holds. */
export function shareNativeFlag(flag: Int32Array): void {
  shared = flag;
}

/** Runs a synchronous call into native code; in the main thread, and without a pool, nothing else happens. */
export function runNative<T>(call: () => T): T {
  if (shared === null) return call();
  if (Atomics.compareExchange(shared, 0, OUTSIDE, INSIDE) === ENDING) {
    throw new Error('This thread is being ended.');
  }
  try {
    return call();
  } finally {
    Atomics.store(shared, 0, OUTSIDE);
  }
}

/** The pool's side: true where the thread may be terminated now, and then it will not go into native code. */
export function mayTerminate(flag: Int32Array): boolean {
  return Atomics.compareExchange(flag, 0, OUTSIDE, ENDING) !== INSIDE;
}

export function isInside(flag: Int32Array): boolean {
  return Atomics.load(flag, 0) === INSIDE;
}
