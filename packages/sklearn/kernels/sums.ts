/**
 * Sums of terms of each row of one matrix with each row of another. Every sum runs in the order of the columns with
 * each step rounded, as the loops in TypeScript do, so that both give the same bits: the lanes of a vector are
 * different rows, never parts of one sum.
 */
import {
  BYTES,
  type Code,
  defineFunction,
  doWhile,
  type FunctionSource,
  f64,
  f64x2,
  i32,
  ifElse,
  type Local,
  range,
  sequence,
  type ValueType,
  v128,
  whileTrue,
} from './assembler.ts';

/** A tile of the answer: four rows, in two vectors of two lanes, by four others. */
const TILE = 4;
const PANEL_BYTES = TILE * BYTES;
/** Steps of the inner loop at a time. */
const UNROLLED = 4;

/** What a step of a sum makes of a number of each row; `kept` is there to keep a value that is used twice. */
export type Term = (a: Code, b: Code, kept: Local) => Code;

export const product: Term = (a, b) => f64x2.mul(a, b);

export const squaredDifference: Term = (a, b, kept) => [
  ...kept.set(f64x2.sub(a, b)),
  ...f64x2.mul(kept.get, kept.get),
];
export const absoluteDifference: Term = (a, b) => f64x2.abs(f64x2.sub(a, b));

/**
 * Copies four rows of `columns` numbers from `from` to `panel`, less those at `shift`, column by column. Rows at or after `end` are the one
 * before again: what comes of them nobody reads. Leaves `columns` and `panel` as they were.
 */
function packRows(
  {
    from,
    end,
    columns,
    shift,
    panel,
  }: Readonly<Record<'from' | 'end' | 'columns' | 'shift' | 'panel', Local>>,
  local: (type: ValueType) => Local,
): Code {
  const rows = range(TILE).map(() => local('i32'));
  const left = local('i32');
  const to = local('i32');
  const less = local('i32');
  const pair = range(TILE).map(() => local('v128'));
  return sequence(
    rows[0]!.set(from.get),
    ...range(TILE - 1).map((i) =>
      sequence(
        rows[i + 1]!.set(i32.add(rows[i]!.get, i32.mul(columns.get, i32.const(BYTES)))),
        ifElse(i32.ltU(rows[i + 1]!.get, end.get), [], rows[i + 1]!.set(rows[i]!.get)),
      ),
    ),
    to.set(panel.get),
    less.set(shift.get),
    left.set(i32.shrS(columns.get, i32.const(1))),
    whileTrue(
      left.get,
      ...range(TILE).map((i) => pair[i]!.set(f64x2.sub(v128.load(rows[i]!.get), v128.load(less.get)))),
      v128.store(to.get, f64x2.lows(pair[0]!.get, pair[1]!.get), 0),
      v128.store(to.get, f64x2.lows(pair[2]!.get, pair[3]!.get), 16),
      v128.store(to.get, f64x2.highs(pair[0]!.get, pair[1]!.get), 32),
      v128.store(to.get, f64x2.highs(pair[2]!.get, pair[3]!.get), 48),
      ...rows.map((row) => row.add(2 * BYTES)),
      to.add(2 * PANEL_BYTES),
      less.add(2 * BYTES),
      left.add(-1),
    ),
    ifElse(
      i32.and(columns.get, i32.const(1)),
      sequence(
        ...range(TILE).map((i) =>
          f64.store(to.get, f64.sub(f64.load(rows[i]!.get), f64.load(less.get)), i * BYTES),
        ),
      ),
      [],
    ),
  );
}

/** The locals of one tile. */
interface Tile {
  readonly panel: Local;
  readonly columns: Local;
  readonly y: Local;
  readonly others: Local;
  readonly bias: Local;
  readonly out: Local;
  /** The number of the tile's first other. */
  readonly j: Local;
}

/** Sums of the panel's four rows and four others, from other `j` on, written to `out` (four rows of `others` numbers). */
function sumTile(
  { panel, columns, y, others, bias, out, j }: Tile,
  local: (type: ValueType) => Local,
  term: Term,
): Code {
  const a = local('i32');
  const left = local('i32');
  const at = local('i32');
  const ys = range(TILE).map(() => local('i32'));
  const low = local('v128');
  const high = local('v128');
  const other = local('v128');
  const kept = local('v128');
  // sums[2 * k + half]: of other k with the first two rows, or the last two.
  const sums = range(2 * TILE).map(() => local('v128'));
  const step = (k: number): Code =>
    sequence(
      low.set(v128.load(a.get, k * PANEL_BYTES)),
      high.set(v128.load(a.get, k * PANEL_BYTES + 16)),
      ...range(TILE).map((i) =>
        sequence(
          other.set(v128.load64Splat(ys[i]!.get, k * BYTES)),
          sums[2 * i]!.set(f64x2.add(sums[2 * i]!.get, term(low.get, other.get, kept))),
          sums[2 * i + 1]!.set(f64x2.add(sums[2 * i + 1]!.get, term(high.get, other.get, kept))),
        ),
      ),
    );
  const advance = (steps: number): Code =>
    sequence(a.add(steps * PANEL_BYTES), ...ys.map((pointer) => pointer.add(steps * BYTES)));
  const stride = i32.mul(columns.get, i32.const(BYTES));
  const offset = i32.mul(j.get, i32.const(BYTES));
  const storeRow = (row: number): Code =>
    sequence(
      ...range(TILE / 2).map((pair) => {
        const [first, second] = [sums[4 * pair + (row >> 1)]!, sums[4 * pair + 2 + (row >> 1)]!];
        const lanes = row % 2 === 0 ? f64x2.lows : f64x2.highs;
        const biases = v128.load(i32.add(bias.get, offset), pair * 16);
        return v128.store(at.get, f64x2.add(lanes(first.get, second.get), biases), pair * 16);
      }),
      at.add(i32.mul(others.get, i32.const(BYTES))),
    );
  return sequence(
    a.set(panel.get),
    ys[0]!.set(i32.add(y.get, i32.mul(j.get, stride))),
    ...range(TILE - 1).map((i) => ys[i + 1]!.set(i32.add(ys[i]!.get, stride))),
    ...sums.map((sum) => sum.set(f64x2.const(0))),
    left.set(i32.shrS(columns.get, i32.const(Math.log2(UNROLLED)))),
    whileTrue(left.get, ...range(UNROLLED).map(step), advance(UNROLLED), left.add(-1)),
    left.set(i32.and(columns.get, i32.const(UNROLLED - 1))),
    whileTrue(left.get, step(0), advance(1), left.add(-1)),
    at.set(i32.add(out.get, offset)),
    ...range(TILE).map(storeRow),
  );
}

/**
 * Writes to `out`, a row-major matrix, for each of the rows from `x` to `end`, less the one at `shift`, and each of `others` rows at `y` the
 * sum of terms over the columns, plus the number at `bias` for each of the latter. `others` is four or more: the
 * last tile begins where it still has four. `out` has room for rows up to a multiple of four.
 */
export function defineSums(name: string, term: Term): FunctionSource {
  return defineFunction(
    name,
    ['x', 'end', 'columns', 'shift', 'y', 'others', 'bias', 'out', 'panel'],
    ({ x, end, columns, shift, y, others, bias, out, panel }, local) => {
      const j = local('i32');
      const lastTile = local('i32');
      const isLast = local('i32');
      const tile = sumTile({ panel, columns, y, others, bias, out, j }, local, term);
      return sequence(
        lastTile.set(i32.sub(others.get, i32.const(TILE))),
        whileTrue(
          i32.ltU(x.get, end.get),
          packRows({ from: x, end, columns, shift, panel }, local),
          j.set(i32.const(0)),
          // The tile stands here once, so that the engine compiles it once.
          doWhile(
            [
              tile,
              isLast.set(i32.isZero(i32.ltU(j.get, lastTile.get))),
              j.add(TILE),
              ifElse(i32.ltU(lastTile.get, j.get), j.set(lastTile.get), []),
            ],
            i32.isZero(isLast.get),
          ),
          x.add(i32.mul(columns.get, i32.const(PANEL_BYTES))),
          out.add(i32.mul(others.get, i32.const(PANEL_BYTES))),
        ),
      );
    },
  );
}
