/**
 * The trees of one estimator, one after another in one piece of memory, so that walking them touches little of it.
 * Refuses nothing: whoever packs trees has checked that children come after their parents, and no node has two.
 */

/**
 * A node has four 32-bit words, and is known by the number of its first one, which is even: its threshold (a float64
 * in two words), its column, and its left child. The right child stands beside the left one, four words on. A row
 * goes left where its number is at most the threshold, else right; NaN goes by `missingLeft`.
 * A leaf is its own left child, and no number is above its threshold, which is infinite or NaN, so that a row that has
 * arrived stays while others still walk; the threshold's low word says which leaf it is.
 */
export interface PackedTrees {
  readonly roots: Int32Array;
  /** Of each tree: the splits on its longest walk. */
  readonly levels: Int32Array;
  readonly words: Int32Array;
  /** The same memory: node n has `thresholds[n >> 1]`. */
  readonly thresholds: Float64Array;
  /** Of node n at `n >> 2`. */
  readonly missingLeft: Uint8Array;
  /** Of each leaf its number in its tree, as `apply` answers it. */
  readonly leafNumbers: Int32Array;
  /** Whether rows are rounded to float32 first. */
  readonly rounds: boolean;
}

export const WORDS = 4;
export const COLUMN = 2;
export const LEFT = 3;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Of the two words of a float64. */
export const LOW: number = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;
/** A float64 that begins with it is infinite, or NaN. */
const ABOVE_ALL = 0x7ff00000;
/** In place of the children of a leaf. */
export const NO_CHILD = -1;

/** A tree as its nodes are numbered in a file; the root is node 0. */
export interface TreeNodes {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly column: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  /** `null` where NaN never goes left. */
  readonly missingLeft: ArrayLike<number> | null;
}

/** Whether no node has two parents. Those after their parents are then reached once, or not at all. */
export function isTree({ left, right }: Pick<TreeNodes, 'left' | 'right'>): boolean {
  const isReached = new Uint8Array(left.length);
  for (let i = 0; i < left.length; i++) {
    if (left[i] === NO_CHILD) continue;
    for (const child of [left[i]!, right[i]!]) {
      if (isReached[child] === 1) return false;
      isReached[child] = 1;
    }
  }
  return true;
}

/** Called with each leaf, from the first on: its tree, its number there, how many splits lie above it. */
type PlaceLeaf = (leaf: number, tree: number, number: number, depth: number) => void;

export function packTrees(
  trees: readonly TreeNodes[],
  leaves: number,
  rounds: boolean,
  placeLeaf: PlaceLeaf,
): PackedTrees {
  // A root stands alone where its children stand in pairs.
  const places = trees.reduce((sum, tree) => sum + tree.left.length + 1, 0);
  const thresholds = new Float64Array((places * WORDS) / 2);
  const packed = {
    roots: new Int32Array(trees.length),
    levels: new Int32Array(trees.length),
    words: new Int32Array(thresholds.buffer),
    thresholds,
    missingLeft: new Uint8Array(places),
    leafNumbers: new Int32Array(leaves),
    rounds,
  };
  const at = { node: 0, leaf: 0 };
  for (const [t, tree] of trees.entries()) {
    packed.roots[t] = at.node;
    packTree(tree, t, packed, at, placeLeaf);
  }
  return packed;
}

/** Places next to a node's children those of the one with more below it, where more rows go: they stay near. */
function packTree(
  { left, right, column, threshold, missingLeft }: TreeNodes,
  t: number,
  packed: PackedTrees,
  /** Where the next pair of nodes and the next leaf go. */
  at: { node: number; leaf: number },
  placeLeaf: PlaceLeaf,
): void {
  const { words, thresholds, leafNumbers, levels } = packed;
  const sizes = new Int32Array(left.length).fill(1);
  for (let i = left.length - 1; i >= 0; i--) {
    if (left[i] !== NO_CHILD) sizes[i] = 1 + sizes[left[i]!]! + sizes[right[i]!]!;
  }
  // Number in the tree, place, depth of each node that waits.
  const waiting = [0, at.node, 0];
  at.node += 2 * WORDS;
  while (waiting.length > 0) {
    const depth = waiting.pop()!;
    const node = waiting.pop()!;
    const number = waiting.pop()!;
    if (left[number] === NO_CHILD) {
      levels[t] = Math.max(levels[t]!, depth);
      words[node + LOW] = at.leaf;
      words[node + HIGH] = ABOVE_ALL;
      words[node + LEFT] = node;
      leafNumbers[at.leaf] = number;
      placeLeaf(at.leaf++, t, number, depth);
      continue;
    }
    thresholds[node >> 1] = threshold[number]!;
    words[node + COLUMN] = column[number]!;
    words[node + LEFT] = at.node;
    if (missingLeft !== null) packed.missingLeft[node >> 2] = missingLeft[number]!;
    const [l, r] = [left[number]!, right[number]!];
    if (sizes[l]! >= sizes[r]!) waiting.push(r, at.node + WORDS, depth + 1, l, at.node, depth + 1);
    else waiting.push(l, at.node, depth + 1, r, at.node + WORDS, depth + 1);
    at.node += 2 * WORDS;
  }
}
