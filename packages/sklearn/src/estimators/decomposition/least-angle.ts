/**
 * Least angle regression of one row on the atoms, and its variant for the lasso, along scikit-learn's path: the
 * same thresholds decide there and here when an atom comes in, is dropped, or is too near to others.
 */
import { dot } from '../linear-algebra.ts';
import { solveCholesky, solveLower, type Triangle } from '../triangular.ts';
import type { EncodeRow } from './sparse-coding.ts';

/** The epsilon and the smallest normal number of float32. */
const EQUAL = 2 ** -23;
const TINY = 2 ** -126;
/** An atom this near to the others is left out. */
const PIVOT_MIN = 1e-7;
/** `numpy.finfo(float).precision` digits of the correlations are kept. */
const DIGITS = 1e15;
/** By then what is added to the diagonal is larger than any number of it. */
const REPAIRS_MAX = 1_024;

export interface LeastAngle {
  /** Products of the atoms with one another. */
  readonly gram: Float64Array;
  readonly size: number;
  /** Length of a row. */
  readonly columns: number;
  /** The correlation, divided by `columns`, at which the path ends. */
  readonly lowest: number;
  readonly steps: number;
  readonly isLasso: boolean;
  readonly isPositive: boolean;
}

export function createLeastAngle(problem: LeastAngle): EncodeRow {
  const path = new Path(problem);
  return (products, _, code) => code.set(path.follow(products));
}

class Path {
  readonly #problem: LeastAngle;
  readonly #lower: Triangle;
  /** Atoms: first those that are in, in the order in which they came. */
  readonly #order: Int32Array;
  readonly #signs: Float64Array;
  readonly #direction: Float64Array;
  readonly #correlations: Float64Array;
  /** Of the atoms that are not in, from `#active` on; those before are what they were when they came in. */
  readonly #left: Float64Array;
  #active = 0;
  #code: Float64Array;
  #before: Float64Array;

  constructor(problem: LeastAngle) {
    const { size, steps } = problem;
    const most = Math.min(steps, size);
    this.#problem = problem;
    this.#lower = { data: new Float64Array(most * most), stride: most };
    this.#order = new Int32Array(size);
    this.#signs = new Float64Array(most);
    this.#direction = new Float64Array(most);
    this.#correlations = new Float64Array(size);
    this.#left = new Float64Array(size);
    this.#code = new Float64Array(size);
    this.#before = new Float64Array(size);
  }

  /** The code; it is overwritten by the next call. */
  follow(products: Float64Array): Float64Array {
    const { size, columns, lowest, steps, isLasso } = this.#problem;
    this.#start(products);
    let before = 0;
    let hasDropped = false;
    let step = 0;
    // Each round makes a step or leaves an atom out, whose product becomes zero; where all are zero it ends.
    while (true) {
      const next = this.#strongest();
      const product = next < size ? this.#left[next]! : 0;
      const strength = this.#problem.isPositive ? product : Math.abs(product);
      const now = strength / columns;
      if (now <= lowest + EQUAL) {
        if (Math.abs(now - lowest) > EQUAL && step > 0) this.#goBack((before - lowest) / (before - now));
        break;
      }
      if (step >= steps || this.#active >= size) break;
      if (!hasDropped && !this.#add(next)) continue;
      if (isLasso && step > 0 && before < now) break;
      const scale = this.#turn();
      const [length, dropped] = this.#stepLength(strength, scale);
      this.#move(length);
      step++;
      before = now;
      hasDropped = dropped !== -1;
      if (hasDropped && isLasso) this.#drop(dropped, products);
    }
    return this.#code;
  }

  #start(products: Float64Array): void {
    for (let k = 0; k < this.#order.length; k++) this.#order[k] = k;
    this.#left.set(products);
    this.#code.fill(0);
    this.#before.fill(0);
    this.#active = 0;
  }

  /** The place of the atom that is not in and has the highest product; `size` where all are in. */
  #strongest(): number {
    const left = this.#left;
    let best = this.#active;
    for (let k = best + 1; k < left.length; k++) {
      const isStronger = this.#problem.isPositive
        ? left[k]! > left[best]!
        : Math.abs(left[k]!) > Math.abs(left[best]!);
      if (isStronger) best = k;
    }
    return best;
  }

  /** Takes an atom in; false where it is too near to the others, and left out for good. */
  #add(next: number): boolean {
    const { gram, size, isPositive } = this.#problem;
    const { data, stride } = this.#lower;
    const order = this.#order;
    const left = this.#left;
    const active = this.#active;
    [left[active], left[next]] = [left[next]!, left[active]!];
    [order[active], order[next]] = [order[next]!, order[active]!];
    const atom = order[active]! * size;
    const start = active * stride;
    for (let k = 0; k < active; k++) data[start + k] = gram[atom + order[k]!]!;
    solveLower(this.#lower, active, data, start);
    const rest = gram[atom + order[active]!]! - dot(data, start, data, start, active);
    const pivot = Math.max(Math.sqrt(Math.abs(rest)), Number.EPSILON);
    data[start + active] = pivot;
    if (pivot < PIVOT_MIN) {
      // scikit-learn moves the products back and not the atoms.
      left[active] = left[next]!;
      left[next] = 0;
      return false;
    }
    this.#signs[active] = isPositive ? 1 : Math.sign(left[active]!);
    this.#active++;
    return true;
  }

  /** The direction that has the same angle with all atoms that are in; returns by what it was scaled. */
  #turn(): number {
    const active = this.#active;
    const direction = this.#direction;
    const signs = this.#signs;
    direction.set(signs);
    solveCholesky(this.#lower, active, direction);
    if (active === 1 && direction[0] === 0) {
      direction[0] = 1;
      return 1;
    }
    let scale = 1 / Math.sqrt(dot(direction, 0, signs, 0, active));
    if (!Number.isFinite(scale)) scale = this.#turnRepaired();
    for (let k = 0; k < active; k++) direction[k]! *= scale;
    return scale;
  }

  /** The same with more and more on the diagonal, until the system has a solution. */
  #turnRepaired(): number {
    const active = this.#active;
    const { stride } = this.#lower;
    const repaired: Triangle = { data: this.#lower.data.slice(), stride };
    for (let i = 0; i < REPAIRS_MAX; i++) {
      for (let k = 0; k < active; k++) repaired.data[k * stride + k]! += 2 ** i * Number.EPSILON;
      this.#direction.set(this.#signs);
      solveCholesky(repaired, active, this.#direction);
      const product = dot(this.#direction, 0, this.#signs, 0, active);
      const scale = 1 / Math.sqrt(Math.max(product, Number.EPSILON));
      if (Number.isFinite(scale)) return scale;
    }
    return 0;
  }

  /** How far to go until another atom is as strong, or one that is in would change its sign: which, or -1. */
  #stepLength(strength: number, scale: number): [length: number, dropped: number] {
    const { gram, size, isLasso, isPositive } = this.#problem;
    const active = this.#active;
    const order = this.#order;
    let length = Number.MAX_VALUE;
    for (let k = active; k < size; k++) {
      let sum = 0;
      for (let j = 0; j < active; j++) sum += gram[order[j]! * size + order[k]!]! * this.#direction[j]!;
      const correlation = roundHalfEven(sum * DIGITS) / DIGITS;
      const left = this.#left[k]!;
      this.#correlations[k] = correlation;
      length = nearer(length, (strength - left) / (scale - correlation + TINY));
      if (!isPositive) length = nearer(length, (strength + left) / (scale + correlation + TINY));
    }
    length = Math.min(length, strength / scale);
    const zeroAt = (k: number): number => -this.#code[order[k]!]! / (this.#direction[k]! + TINY);
    let toZero = Number.MAX_VALUE;
    for (let k = 0; k < active; k++) toZero = nearer(toZero, zeroAt(k));
    if (!(toZero < length)) return [length, -1];
    let dropped = -1;
    for (let k = 0; k < active; k++) {
      if (zeroAt(k) !== toZero) continue;
      this.#signs[k] = -this.#signs[k]!;
      dropped = k;
    }
    return [isLasso ? toZero : length, dropped];
  }

  #move(length: number): void {
    [this.#before, this.#code] = [this.#code, this.#before];
    this.#code.fill(0);
    for (let k = 0; k < this.#active; k++) {
      const atom = this.#order[k]!;
      this.#code[atom] = this.#before[atom]! + length * this.#direction[k]!;
    }
    for (let k = this.#active; k < this.#left.length; k++) this.#left[k]! -= length * this.#correlations[k]!;
  }

  /** Takes the atom at place `dropped` out. */
  #drop(dropped: number, products: Float64Array): void {
    const { gram, size } = this.#problem;
    deleteRow(this.#lower, this.#active, dropped);
    const last = this.#active - 1;
    const atom = this.#order[dropped]!;
    this.#order.copyWithin(dropped, dropped + 1, last + 1);
    this.#signs.copyWithin(dropped, dropped + 1);
    this.#signs[this.#signs.length - 1] = 0;
    this.#order[last] = atom;
    this.#left[last] = products[atom]! - dot(gram, atom * size, this.#code, 0, size);
    this.#active = last;
  }

  /** Between the last two codes. */
  #goBack(share: number): void {
    for (let k = 0; k < this.#code.length; k++) {
      this.#code[k] = this.#before[k]! + share * (this.#code[k]! - this.#before[k]!);
    }
  }
}

/** The smaller of the two, where the second is above zero. */
function nearer(length: number, other: number): number {
  return other > 0 && other < length ? other : length;
}

/** `numpy.rint`; beyond 2^52 there is nothing to round. */
function roundHalfEven(value: number): number {
  const size = Math.abs(value);
  if (!(size < 2 ** 52)) return value;
  return Math.sign(value) * (size + 2 ** 52 - 2 ** 52);
}

/** The Cholesky decomposition without one of its rows, made triangular again by rotations. */
function deleteRow({ data, stride }: Triangle, size: number, row: number): void {
  for (let i = row; i < size - 1; i++) {
    data.copyWithin(i * stride, (i + 1) * stride, (i + 1) * stride + i + 2);
  }
  for (let i = row; i < size - 1; i++) {
    const at = i * stride + i;
    const norm = Math.hypot(data[at]!, data[at + 1]!);
    const cosine = norm === 0 ? 1 : data[at]! / norm;
    const sine = norm === 0 ? 0 : data[at + 1]! / norm;
    data[at] = norm;
    data[at + 1] = 0;
    for (let k = i + 1; k < size - 1; k++) {
      const under = k * stride + i;
      const first = data[under]!;
      const second = data[under + 1]!;
      data[under] = cosine * first + sine * second;
      data[under + 1] = cosine * second - sine * first;
    }
  }
}
