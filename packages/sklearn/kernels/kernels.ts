/**
 * The inner loops that WebAssembly runs for packages/sklearn, as source. Every sum runs in the order of the columns
 * with each step rounded, as the loops in TypeScript do, so that both give the same bits.
 */
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
} from '../src/estimators/kernels/exponential.ts';
import { COLUMN, LEFT, WORDS } from '../src/estimators/trees/tree-arrays.ts';
import { FACTOR_ADDRESS, POWERS_OF_ROOT_ADDRESS, ROWS_ABREAST, SCRATCH_PAGES } from '../src/simd/layout.ts';
import {
  assembleModule,
  type Code,
  callImport,
  defineFunction,
  doWhile,
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

const BYTES = 8;
const WORD = 4;
/** A tile of the answer: four rows, in two vectors of two lanes, by four others. */
const TILE = 4;
const PANEL_BYTES = TILE * BYTES;
/** Steps of the inner loop at a time. */
const UNROLLED = 4;

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** What a step of a sum makes of a number of each row; `kept` is there to keep a value that is used twice. */
type Term = (a: Code, b: Code, kept: Local) => Code;

const product: Term = (a, b) => f64x2.mul(a, b);

const squaredDifference: Term = (a, b, kept) => [
  ...kept.set(f64x2.sub(a, b)),
  ...f64x2.mul(kept.get, kept.get),
];
const absoluteDifference: Term = (a, b) => f64x2.abs(f64x2.sub(a, b));

/**
 * Copies four rows of `columns` numbers from `from` to `panel`, column by column. Rows at or after `end` are the one
 * before again: what comes of them nobody reads. Leaves `columns` and `panel` as they were.
 */
function packRows(
  { from, end, columns, panel }: Readonly<Record<'from' | 'end' | 'columns' | 'panel', Local>>,
  local: (type: ValueType) => Local,
): Code {
  const rows = range(TILE).map(() => local('i32'));
  const left = local('i32');
  const to = local('i32');
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
    left.set(i32.shrS(columns.get, i32.const(1))),
    whileTrue(
      left.get,
      ...range(TILE).map((i) => pair[i]!.set(v128.load(rows[i]!.get))),
      v128.store(to.get, f64x2.lows(pair[0]!.get, pair[1]!.get), 0),
      v128.store(to.get, f64x2.lows(pair[2]!.get, pair[3]!.get), 16),
      v128.store(to.get, f64x2.highs(pair[0]!.get, pair[1]!.get), 32),
      v128.store(to.get, f64x2.highs(pair[2]!.get, pair[3]!.get), 48),
      ...rows.map((row) => row.add(2 * BYTES)),
      to.add(2 * PANEL_BYTES),
      left.add(-1),
    ),
    ifElse(
      i32.and(columns.get, i32.const(1)),
      sequence(...range(TILE).map((i) => f64.store(to.get, f64.load(rows[i]!.get), i * BYTES))),
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
 * Writes to `out`, a row-major matrix, for each of the rows from `x` to `end` and each of `others` rows at `y` the
 * sum of terms over the columns, plus the number at `bias` for each of the latter. `others` is four or more: the
 * last tile begins where it still has four. `out` has room for rows up to a multiple of four.
 */
function defineSums(name: string, term: Term): FunctionSource {
  return defineFunction(
    name,
    ['x', 'end', 'columns', 'y', 'others', 'bias', 'out', 'panel'],
    ({ x, end, columns, y, others, bias, out, panel }, local) => {
      const j = local('i32');
      const lastTile = local('i32');
      const isLast = local('i32');
      const tile = sumTile({ panel, columns, y, others, bias, out, j }, local, term);
      return sequence(
        lastTile.set(i32.sub(others.get, i32.const(TILE))),
        whileTrue(
          i32.ltU(x.get, end.get),
          packRows({ from: x, end, columns, panel }, local),
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

/** 2^(1/128) to some power is looked up, a power of two is made of its bits, and a polynomial has what is left. */
const exponentiate: FunctionSource = defineFunction('exponentiate', ['at', 'end'], ({ at, end }, local) => {
  const factor = local('v128');
  const x = local('v128');
  const rounded = local('v128');
  const r = local('v128');
  const scale = local('v128');
  const powers = local('v128');
  const root = (lane: number): Code =>
    f64.load(
      i32.mul(i32.and(i32x4.lane(powers.get, lane), i32.const(ROOTS - 1)), i32.const(BYTES)),
      POWERS_OF_ROOT_ADDRESS,
    );
  const horner = COEFFICIENTS.reduce<Code>(
    (inner, coefficient) =>
      inner.length === 0
        ? f64x2.const(coefficient)
        : f64x2.add(f64x2.const(coefficient), f64x2.mul(r.get, inner)),
    [],
  );
  const exponentBits = i64x2.shl(
    i64x2.add(i64x2.fromLowInt32(i32x4.shrS(powers.get, ROOT_BITS)), i64x2.const(1023)),
    52,
  );
  const ordinary = sequence(
    rounded.set(
      f64x2.sub(
        f64x2.add(f64x2.mul(x.get, f64x2.const(PER_ROOT)), f64x2.const(ROUNDER)),
        f64x2.const(ROUNDER),
      ),
    ),
    powers.set(f64x2.toLowInt32(rounded.get)),
    r.set(
      f64x2.sub(
        f64x2.sub(x.get, f64x2.mul(rounded.get, f64x2.const(ROOT_HIGH))),
        f64x2.mul(rounded.get, f64x2.const(ROOT_LOW)),
      ),
    ),
    scale.set(f64x2.mul(f64x2.fromLanes(root(0), root(1)), exponentBits)),
    v128.store(at.get, f64x2.add(scale.get, f64x2.mul(scale.get, f64x2.mul(r.get, horner)))),
  );
  const inRange = local('v128');
  const mend = (lane: number): Code =>
    ifElse(
      i64x2.isZero(inRange.get, lane),
      f64.store(at.get, callImport(0, f64x2.lane(x.get, lane)), lane * BYTES),
      [],
    );
  return sequence(
    factor.set(v128.load64Splat(i32.const(FACTOR_ADDRESS))),
    whileTrue(
      i32.ltU(at.get, end.get),
      x.set(f64x2.mul(factor.get, v128.load(at.get))),
      ordinary,
      inRange.set(
        v128.and(f64x2.gt(x.get, f64x2.const(EXPONENT_MIN)), f64x2.lt(x.get, f64x2.const(EXPONENT_MAX))),
      ),
      ifElse(v128.isAllTrue64(inRange.get), [], sequence(mend(0), mend(1))),
      at.add(16),
    ),
  );
});

/**
 * Rounds the numbers from `at` to `end` to float32, and writes for each of two lanes at FACTOR_ADDRESS a sum that is
 * zero only where all are finite then. Rounds one more where they are odd.
 */
const roundToFloat32: FunctionSource = defineFunction(
  'roundToFloat32',
  ['at', 'end'],
  ({ at, end }, local) => {
    const value = local('v128');
    const differences = local('v128');
    return sequence(
      whileTrue(
        i32.ltU(at.get, end.get),
        value.set(f64x2.fromFloat32(f64x2.toFloat32(v128.load(at.get)))),
        v128.store(at.get, value.get),
        differences.set(f64x2.add(differences.get, f64x2.sub(value.get, value.get))),
        at.add(16),
      ),
      v128.store(i32.const(FACTOR_ADDRESS), differences.get),
    );
  },
);

/**
 * Walks the rows from `x` to `end`, each `stride` bytes of finite numbers, down the tree of `src/estimators/trees`
 * whose root is at `root`, and writes to `out` which leaf each reaches. Node n is at `base + 4 n`. Writes for rows up
 * to a multiple of eight: those after the last are the last one again. No walk is longer than `levels`.
 */
const walkTree: FunctionSource = defineFunction(
  'walkTree',
  ['x', 'end', 'stride', 'root', 'base', 'levels', 'out'],
  ({ x, end, stride, root, base, levels, out }, local) => {
    const rows = range(ROWS_ABREAST).map(() => local('i32'));
    const nodes = range(ROWS_ABREAST).map(() => local('i32'));
    const last = local('i32');
    const left = local('i32');
    const moved = local('i32');
    const next = local('i32');
    const step = (k: number): Code => {
      const [row, node] = [rows[k]!, nodes[k]!];
      const column = i32.load(node.get, COLUMN * WORD);
      const value = f64.load(i32.add(row.get, i32.shl(column, i32.const(Math.log2(BYTES)))));
      const isRight = f64.gt(value, f64.load(node.get));
      const child = i32.add(base.get, i32.shl(i32.load(node.get, LEFT * WORD), i32.const(Math.log2(WORD))));
      return sequence(
        next.set(i32.add(child, i32.shl(isRight, i32.const(Math.log2(WORDS * WORD))))),
        moved.set(i32.or(moved.get, i32.xor(next.get, node.get))),
        node.set(next.get),
      );
    };
    return sequence(
      last.set(i32.sub(end.get, stride.get)),
      whileTrue(
        i32.ltU(x.get, end.get),
        ...range(ROWS_ABREAST).map((k) =>
          sequence(
            rows[k]!.set(x.get),
            ifElse(i32.ltU(last.get, x.get), rows[k]!.set(last.get), []),
            nodes[k]!.set(root.get),
            x.add(stride.get),
          ),
        ),
        left.set(levels.get),
        moved.set(levels.get),
        whileTrue(
          moved.get,
          moved.set(i32.const(0)),
          ...range(ROWS_ABREAST).map(step),
          left.add(-1),
          ifElse(left.get, [], moved.set(i32.const(0))),
        ),
        ...range(ROWS_ABREAST).map((k) => i32.store(out.get, i32.load(nodes[k]!.get), k * WORD)),
        out.add(ROWS_ABREAST * WORD),
      ),
    );
  },
);

const KERNELS: readonly FunctionSource[] = [
  defineSums('products', product),
  defineSums('squaredDistances', squaredDifference),
  defineSums('absoluteDistances', absoluteDifference),
  exponentiate,
  roundToFloat32,
  walkTree,
];

/** The module that packages/sklearn carries as bytes. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  return assembleModule([{ module: 'math', name: 'exp' }], KERNELS, SCRATCH_PAGES);
}
