/**
 * What `numpy.random.RandomState` draws from a seed, for estimators that draw at each call: then the same seed draws
 * the same. Refuses to stand in for what has no seed. The generator is MT19937 of Matsumoto and Nishimura.
 */
import type { ObjectState } from './object-state.ts';

const WORDS = 624;
const SHIFT = 397;
const SEED_MAX = 2 ** 32 - 1;

/** `random_state` where it is a number; `null` where it is None or a generator, which draws something else each time. */
export function readSeed(state: ObjectState): number | null {
  const attribute = state.optional('random_state');
  if (attribute === null) return null;
  const { value } = attribute;
  const isObject = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';
  return isObject ? null : attribute.integer(0, SEED_MAX);
}

export class SeededRandom {
  readonly #words = new Uint32Array(WORDS);
  #next = WORDS;

  constructor(seed: number) {
    this.#words[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const before = this.#words[i - 1]!;
      this.#words[i] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + i;
    }
  }

  /** A whole number from 0 to `max`, each as likely. */
  upTo(max: number): number {
    if (max === 0) return 0;
    const mask = 2 ** (32 - Math.clz32(max)) - 1;
    let value = (this.#draw() & mask) >>> 0;
    while (value > max) value = (this.#draw() & mask) >>> 0;
    return value;
  }

  /** A number from 0 to below 1, with 53 bits. */
  next(): number {
    const high = this.#draw() >>> 5;
    return (high * 2 ** 26 + (this.#draw() >>> 6)) / 2 ** 53;
  }

  /** The place of one of the shares, each as likely as it is large: `multinomial` of one throw. */
  choose(shares: Float64Array): number {
    let left = 1;
    for (let k = 0; k < shares.length - 1; k++) {
      const share = shares[k]! / left;
      if (share !== 0) {
        const drawn = this.next();
        if (share <= 0.5 ? drawn > 1 - share : drawn <= share) return k;
      }
      left -= shares[k]!;
    }
    return shares.length - 1;
  }

  /** Writes 0 to length - 1 in an order that is drawn. */
  permute(order: Int32Array): void {
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.upTo(i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
  }

  #draw(): number {
    if (this.#next === WORDS) this.#renew();
    let y = this.#words[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #renew(): void {
    const words = this.#words;
    for (let i = 0; i < WORDS; i++) {
      const y = (words[i]! & 0x80000000) | (words[(i + 1) % WORDS]! & 0x7fffffff);
      words[i] = words[(i + SHIFT) % WORDS]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
