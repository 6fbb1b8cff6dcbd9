/**
 * Squared distances in float32, which only tell which rows cannot be among the nearest: what is left is computed in
 * float64 elsewhere. Eight rows are asked about at a time, in the lanes of two vectors.
 */
import { FOUND_ADDRESS, MINIMUM_ROWS } from '../src/simd/layout.ts';
import {
  type Code,
  defineFunction,
  type FunctionSource,
  f32x4,
  i32,
  i32x4,
  ifElse,
  type Local,
  range,
  sequence,
  v128,
  WORD,
  whileTrue,
} from './assembler.ts';

/** Two vectors of float32, one row a lane. */
const GROUP_BYTES = 32;
/** Others whose sums run side by side. */
const OTHERS = 4;

/**
 * `panel` holds eight rows column by column, `y` as many others as `others` says, a multiple of MINIMUM_ROWS, and `norms`
 * their squared norms. Writes for each other |y|^2 - 2xy of the eight rows to `out`, and of every MINIMUM_ROWS of
 * them the least to `minima`.
 */
export const approximateDistances: FunctionSource = defineFunction(
  'approximateDistances',
  ['panel', 'columns', 'y', 'others', 'norms', 'out', 'minima'],
  ({ panel, columns, y, others, norms, out, minima }, local) => {
    const stride = local('i32');
    const end = local('i32');
    const left = local('i32');
    const a = local('i32');
    const ys = range(OTHERS).map(() => local('i32'));
    const rows = [local('v128'), local('v128')];
    const least = [local('v128'), local('v128')];
    const other = local('v128');
    const sums = range(2 * OTHERS).map(() => local('v128'));
    const step = (k: number): Code =>
      sequence(
        ...rows.map((row, half) => row.set(v128.load(a.get, k * GROUP_BYTES + half * 16))),
        ...range(OTHERS).map((i) =>
          sequence(
            other.set(v128.load32Splat(ys[i]!.get, k * WORD)),
            ...rows.map((row, half) => addTo(sums[2 * i + half]!, f32x4.mul(row.get, other.get))),
          ),
        ),
      );
    const advance = (steps: number): Code =>
      sequence(a.add(steps * GROUP_BYTES), ...ys.map((pointer) => pointer.add(steps * WORD)));
    const finish = (i: number, half: number): Code => {
      const sum = sums[2 * i + half]!;
      return sequence(
        sum.set(f32x4.sub(v128.load32Splat(norms.get, i * WORD), f32x4.mul(sum.get, f32x4.const(2)))),
        v128.store(out.get, sum.get, i * GROUP_BYTES + half * 16),
        least[half]!.set(f32x4.min(least[half]!.get, sum.get)),
      );
    };
    const fourOthers = sequence(
      a.set(panel.get),
      ys[0]!.set(y.get),
      ...range(OTHERS - 1).map((i) => ys[i + 1]!.set(i32.add(ys[i]!.get, stride.get))),
      y.set(i32.add(ys[OTHERS - 1]!.get, stride.get)),
      ...sums.map((sum) => sum.set(f32x4.const(0))),
      left.set(i32.shrS(columns.get, i32.const(1))),
      whileTrue(left.get, step(0), step(1), advance(2), left.add(-1)),
      ifElse(i32.and(columns.get, i32.const(1)), step(0), []),
      ...range(OTHERS).flatMap((i) => [finish(i, 0), finish(i, 1)]),
      norms.add(OTHERS * WORD),
      out.add(OTHERS * GROUP_BYTES),
    );
    const block = local('i32');
    return sequence(
      stride.set(i32.mul(columns.get, i32.const(WORD))),
      end.set(i32.add(out.get, i32.mul(others.get, i32.const(GROUP_BYTES)))),
      whileTrue(
        i32.ltU(out.get, end.get),
        ...least.map((one) => one.set(f32x4.const(Number.POSITIVE_INFINITY))),
        block.set(i32.const(MINIMUM_ROWS / OTHERS)),
        whileTrue(block.get, fourOthers, block.add(-1)),
        ...least.map((one, half) => v128.store(minima.get, one.get, half * 16)),
        minima.add(GROUP_BYTES),
      ),
    );
  },
);

function addTo(sum: Local, term: Code): Code {
  return sum.set(f32x4.add(sum.get, term));
}

/**
 * Writes of every other from `at` to `end` that is at most the bound of one row or more its number and a bit for each
 * of those rows, as two words, and at FOUND_ADDRESS where that ended.
 */
export const selectNear: FunctionSource = defineFunction(
  'selectNear',
  ['at', 'end', 'bounds', 'out'],
  ({ at, end, bounds, out }, local) => {
    const number = local('i32');
    const found = local('i32');
    const bound = [local('v128'), local('v128')];
    const bits = (half: number): Code => i32x4.bits(f32x4.le(v128.load(at.get, half * 16), bound[half]!.get));
    return sequence(
      ...bound.map((one, half) => one.set(v128.load(bounds.get, half * 16))),
      whileTrue(
        i32.ltU(at.get, end.get),
        found.set(i32.or(bits(0), i32.shl(bits(1), i32.const(4)))),
        ifElse(
          found.get,
          sequence(i32.store(out.get, number.get), i32.store(out.get, found.get, WORD), out.add(2 * WORD)),
          [],
        ),
        number.add(1),
        at.add(GROUP_BYTES),
      ),
      i32.store(i32.const(FOUND_ADDRESS), out.get),
    );
  },
);
