/** Walks rows down a decision tree, eight abreast: while one walk waits for memory, the others go on. */
import { COLUMN, LEFT, WORDS } from '../src/estimators/trees/packed-trees.ts';
import { ROWS_ABREAST } from '../src/simd/layout.ts';
import {
  BYTES,
  type Code,
  defineFunction,
  type FunctionSource,
  f64,
  i32,
  ifElse,
  range,
  sequence,
  WORD,
  whileTrue,
} from './assembler.ts';

/**
 * Walks the rows from `x` to `end`, each `stride` bytes of finite numbers, down the tree of `src/estimators/trees`
 * whose root is at `root`, and writes to `out` which leaf each reaches. Node n is at `base + 4 n`. Writes for rows up
 * to a multiple of eight: those after the last are the last one again. No walk is longer than `levels`.
 */
export const walkTree: FunctionSource = defineFunction(
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
