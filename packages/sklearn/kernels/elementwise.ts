/** Functions of many numbers, one after the other, in place. They may change one number more than there are. */
import { FACTOR_ADDRESS, POWERS_OF_ROOT_ADDRESS } from '../src/simd/layout.ts';
import {
  COEFFICIENTS,
  EXPONENT_MAX,
  EXPONENT_MIN,
  PER_ROOT,
  ROOT_BITS,
  ROOT_HIGH,
  ROOT_LOW,
  ROOTS,
  ROUNDER,
  TANGENT_BOUND,
} from '../src/simd/powers.ts';
import {
  BYTES,
  type Code,
  callImport,
  defineFunction,
  type FunctionSource,
  f64,
  f64x2,
  i32,
  i32x4,
  i64x2,
  ifElse,
  type Local,
  sequence,
  type ValueType,
  v128,
  whileTrue,
} from './assembler.ts';

/** e^x is `scale + scale * rest`, as long as it is an ordinary number. */
interface Exponential {
  /** Code that makes the two of `x`. */
  readonly split: Code;
  readonly scale: Local;
  readonly rest: Local;
}

/** 2^(1/128) to some power is looked up, a power of two is made of its bits, and a polynomial has what is left. */
function exponentialOf(x: Local, local: (type: ValueType) => Local): Exponential {
  const shifted = local('v128');
  const rounded = local('v128');
  const r = local('v128');
  const scale = local('v128');
  const rest = local('v128');
  // Added to ROUNDER, a whole number n is in the last bits: here those that say which root.
  const rootAddress = (lane: number): Code =>
    i32.shl(i32.and(i32x4.lane(shifted.get, 2 * lane), i32.const(ROOTS - 1)), i32.const(Math.log2(BYTES)));
  const roots = v128.load64Lane(
    rootAddress(1),
    v128.load64Zero(rootAddress(0), POWERS_OF_ROOT_ADDRESS),
    1,
    POWERS_OF_ROOT_ADDRESS,
  );
  // The others are a power of two, which is added to the exponent of the root.
  const powerOfTwo = i64x2.shl(v128.and(shifted.get, i64x2.const(-ROOTS)), 52 - ROOT_BITS);
  const polynomial = COEFFICIENTS.reduce<Code>(
    (inner, coefficient) =>
      inner.length === 0
        ? f64x2.const(coefficient)
        : f64x2.add(f64x2.const(coefficient), f64x2.mul(r.get, inner)),
    [],
  );
  const split = sequence(
    shifted.set(f64x2.add(f64x2.mul(x.get, f64x2.const(PER_ROOT)), f64x2.const(ROUNDER))),
    rounded.set(f64x2.sub(shifted.get, f64x2.const(ROUNDER))),
    r.set(
      f64x2.sub(
        f64x2.sub(x.get, f64x2.mul(rounded.get, f64x2.const(ROOT_HIGH))),
        f64x2.mul(rounded.get, f64x2.const(ROOT_LOW)),
      ),
    ),
    scale.set(i64x2.add(roots, powerOfTwo)),
    rest.set(f64x2.mul(r.get, polynomial)),
  );
  return { split, scale, rest };
}

/** Runs `body` for every two numbers from `at` to `end`. */
function forPairs(at: Local, end: Local, ...body: readonly Code[]): Code {
  return whileTrue(i32.ltU(at.get, end.get), ...body, at.add(2 * BYTES));
}

/** Each number x becomes exp(factor x); what is not ordinary, the imported function says. */
export const exponentiate: FunctionSource = defineFunction(
  'exponentiate',
  ['at', 'end'],
  ({ at, end }, local) => {
    const factor = local('v128');
    const x = local('v128');
    const inRange = local('v128');
    const { split, scale, rest } = exponentialOf(x, local);
    const mend = (lane: number): Code =>
      ifElse(
        i64x2.isZero(inRange.get, lane),
        f64.store(at.get, callImport(0, f64x2.lane(x.get, lane)), lane * BYTES),
        [],
      );
    return sequence(
      factor.set(v128.load64Splat(i32.const(FACTOR_ADDRESS))),
      forPairs(
        at,
        end,
        x.set(f64x2.mul(factor.get, v128.load(at.get))),
        split,
        v128.store(at.get, f64x2.add(scale.get, f64x2.mul(scale.get, rest.get))),
        inRange.set(
          v128.and(f64x2.gt(x.get, f64x2.const(EXPONENT_MIN)), f64x2.lt(x.get, f64x2.const(EXPONENT_MAX))),
        ),
        ifElse(v128.isAllTrue64(inRange.get), [], sequence(mend(0), mend(1))),
      ),
    );
  },
);

/** Each number becomes its hyperbolic tangent: e / (e + 2) with e = exp(2 x) - 1, in which nothing cancels. */
export const hyperbolicTangent: FunctionSource = defineFunction(
  'hyperbolicTangent',
  ['at', 'end'],
  ({ at, end }, local) => {
    const x = local('v128');
    const e = local('v128');
    const { split, scale, rest } = exponentialOf(x, local);
    return forPairs(
      at,
      end,
      x.set(v128.load(at.get)),
      x.set(f64x2.add(x.get, x.get)),
      x.set(f64x2.max(f64x2.min(x.get, f64x2.const(TANGENT_BOUND)), f64x2.const(-TANGENT_BOUND))),
      split,
      e.set(f64x2.add(f64x2.sub(scale.get, f64x2.const(1)), f64x2.mul(scale.get, rest.get))),
      v128.store(at.get, f64x2.div(e.get, f64x2.add(e.get, f64x2.const(2)))),
    );
  },
);

/** What is below zero becomes zero. */
export const rectify: FunctionSource = defineFunction('rectify', ['at', 'end'], ({ at, end }) =>
  forPairs(at, end, v128.store(at.get, f64x2.max(v128.load(at.get), f64x2.const(0)))),
);

/**
 * Rounds the numbers from `at` to `end` to float32, and writes for each of two lanes at FACTOR_ADDRESS a sum that is
 * zero only where all are finite then.
 */
export const roundToFloat32: FunctionSource = defineFunction(
  'roundToFloat32',
  ['at', 'end'],
  ({ at, end }, local) => {
    const value = local('v128');
    const differences = local('v128');
    return sequence(
      forPairs(
        at,
        end,
        value.set(f64x2.fromFloat32(f64x2.toFloat32(v128.load(at.get)))),
        v128.store(at.get, value.get),
        differences.set(f64x2.add(differences.get, f64x2.sub(value.get, value.get))),
      ),
      v128.store(i32.const(FACTOR_ADDRESS), differences.get),
    );
  },
);
