/**
 * The trees of a LightGBM model from its text (`version=v3` and `v4`), one after another in flat arrays. What is
 * read is checked here: children come after their parents, split columns and categories exist.
 */
import { SklearnError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import { isTree, NO_CHILD, type PackedTrees, packTrees, type TreeNodes } from '../trees/packed-trees.ts';

/** In `decision`: bits 0 and 1, then two bits that say what counts as missing. */
const CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_ZERO = 1;
const MISSING_NAN = 2;

/** Up to here a number counts as zero: 1e-35 as float32. */
const ZERO_MAX = Math.fround(1e-35);

/** Far more than any data set has; what a row has is checked against it. */
const COLUMNS_MAX = 2 ** 22;

/** Node i stands at i; `left` and `right` below zero are leaves: -1 is leaf 0. So is the root of a tree without splits. */
export interface LightgbmTrees {
  readonly roots: Int32Array;
  readonly leafCounts: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly decision: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Where the categories that go left begin and end in `categories`, as sets of 32. */
  readonly categoriesStart: Int32Array;
  readonly categoriesEnd: Int32Array;
  readonly categories: Uint32Array;
  readonly leafValue: Float64Array;
  /** Leaves that hold a linear function; `null` where none does. */
  readonly linear: LinearLeaves | null;
}

/** Leaf i adds `coefficient[k] * row[column[k]]` to `constant[i]` for k from `start[i]` up to `start[i + 1]`. */
interface LinearLeaves {
  readonly constant: Float64Array;
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly coefficient: Float64Array;
}

/** The model as its text has it. */
export interface LightgbmModel {
  /** Lines of the header by name; a line without `=` has an empty value. */
  readonly header: ReadonlyMap<string, string>;
  readonly columns: number;
  readonly trees: LightgbmTrees;
}

/** Lines `name=value` by name. */
type Section = Map<string, string>;

/** Throws `ESTIMATOR_MALFORMED`. */
export function readLightgbmText(attribute: Attribute): LightgbmModel {
  const sections = readSections(attribute);
  const header = sections.shift()!;
  const version = header.get('version');
  if (version !== 'v3' && version !== 'v4')
    throw attribute.malformed('the text of a model of version v3 or v4');
  const columns = Number(header.get('max_feature_idx')) + 1;
  if (!(Number.isInteger(columns) && columns >= 1 && columns <= COLUMNS_MAX))
    throw wrong(attribute, 'max_feature_idx');
  const readers = sections.map((section, t) => new TreeReader(section, columns, attribute, t));
  return { header, columns, trees: joinTrees(readers) };
}

/** The header and each tree; what follows the trees (importances, parameters) is left out. */
function readSections(attribute: Attribute): Section[] {
  const text = attribute.text();
  const sections: Section[] = [new Map()];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).trimEnd();
    start = end + 1;
    if (line === 'end of trees') return sections;
    if (line.startsWith('Tree=')) sections.push(new Map());
    const equals = line.indexOf('=');
    const section = sections.at(-1)!;
    if (equals === -1) section.set(line, '');
    else section.set(line.slice(0, equals), line.slice(equals + 1));
  }
  throw attribute.malformed('the text of a model to its end');
}

/** One tree: its lines as arrays of the length they must have. */
class TreeReader {
  readonly leaves: number;
  readonly columns: number;
  readonly #section: Section;
  readonly #attribute: Attribute;
  readonly #number: number;

  constructor(section: Section, columns: number, attribute: Attribute, number: number) {
    this.#section = section;
    this.#attribute = attribute;
    this.#number = number;
    this.columns = columns;
    this.leaves = Number(section.get('num_leaves'));
    // Every leaf has its value in the text: no more of them than that can be.
    if (
      !(Number.isInteger(this.leaves) && this.leaves >= 1 && this.leaves <= this.#values('leaf_value').length)
    )
      throw this.wrong('num_leaves');
  }

  get isLinear(): boolean {
    return this.#section.get('is_linear') === '1';
  }

  get hasCategories(): boolean {
    return (this.#section.get('num_cat') ?? '0') !== '0';
  }

  /** A line of `length` numbers, which may be infinite. */
  thresholds(name: string, length: number): Float64Array {
    const values = Float64Array.from(this.#values(name), toNumber);
    if (values.length !== length || values.some(Number.isNaN)) throw this.wrong(name);
    return values;
  }

  /** A line of `length` finite numbers. */
  numbers(name: string, length?: number): Float64Array {
    const values = Float64Array.from(this.#values(name), Number);
    if (length !== undefined && values.length !== length) throw this.wrong(name);
    if (!values.every(Number.isFinite)) throw this.wrong(name);
    return values;
  }

  /** A line of `length` whole numbers from `min` to `max`. */
  integers(name: string, min: number, max: number, length?: number): Float64Array {
    const values = this.numbers(name, length);
    if (!values.every((value) => Number.isInteger(value) && value >= min && value <= max))
      throw this.wrong(name);
    return values;
  }

  wrong(name: string): SklearnError {
    return wrong(this.#attribute, `${name} of tree ${this.#number}`);
  }

  #values(name: string): string[] {
    return (this.#section.get(name) ?? '').split(' ').filter((part) => part !== '');
  }
}

/** As C++ writes them: a split of what is missing from the rest has the threshold `inf`. */
function toNumber(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function wrong(attribute: Attribute, what: string): SklearnError {
  return new SklearnError(
    'ESTIMATOR_MALFORMED',
    `${what} in the text at ${attribute.path} is not as it should be.`,
    {
      path: attribute.path,
    },
  );
}

function joinTrees(readers: readonly TreeReader[]): LightgbmTrees {
  const leaves = readers.reduce((sum, reader) => sum + reader.leaves, 0);
  const nodes = leaves - readers.length;
  const trees = {
    roots: new Int32Array(readers.length),
    leafCounts: Int32Array.from(readers, (reader) => reader.leaves),
    column: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    decision: new Uint8Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    categoriesStart: new Int32Array(nodes),
    categoriesEnd: new Int32Array(nodes),
    leafValue: new Float64Array(leaves),
  };
  const categories: number[] = [];
  let node = 0;
  let leaf = 0;
  for (const [t, reader] of readers.entries()) {
    trees.roots[t] = reader.leaves === 1 ? ~leaf : node;
    trees.leafValue.set(reader.numbers('leaf_value', reader.leaves), leaf);
    if (reader.leaves > 1) addNodes(reader, trees, categories, node, leaf);
    node += reader.leaves - 1;
    leaf += reader.leaves;
  }
  const linear = readers.some((reader) => reader.isLinear) ? joinLinear(readers, trees.leafValue) : null;
  return { ...trees, categories: Uint32Array.from(categories), linear };
}

function addNodes(
  reader: TreeReader,
  trees: Omit<LightgbmTrees, 'categories' | 'linear'>,
  categories: number[],
  node: number,
  leaf: number,
): void {
  const count = reader.leaves - 1;
  trees.column.set(reader.integers('split_feature', 0, reader.columns - 1, count), node);
  trees.threshold.set(reader.thresholds('threshold', count), node);
  trees.decision.set(reader.integers('decision_type', 0, 11, count), node);
  for (const [name, side] of [
    ['left_child', trees.left],
    ['right_child', trees.right],
  ] as const) {
    const children = reader.integers(name, -reader.leaves, count - 1, count);
    for (let i = 0; i < count; i++) {
      const child = children[i]!;
      // A child after its parent makes every walk end.
      if (child >= 0 && child <= i) throw reader.wrong(name);
      side[node + i] = child >= 0 ? node + child : ~(leaf + ~child);
    }
  }
  if (reader.hasCategories) addCategories(reader, trees, categories, node);
  else if (trees.decision.subarray(node, node + count).some((decision) => decision & CATEGORICAL))
    throw reader.wrong('decision_type');
}

function addCategories(
  reader: TreeReader,
  trees: Omit<LightgbmTrees, 'categories' | 'linear'>,
  categories: number[],
  node: number,
): void {
  const words = reader.integers('cat_threshold', 0, 2 ** 32 - 1);
  const bounds = reader.integers('cat_boundaries', 0, words.length);
  const before = categories.length;
  for (const word of words) categories.push(word);
  for (let i = node; i < node + reader.leaves - 1; i++) {
    if (!(trees.decision[i]! & CATEGORICAL)) continue;
    // A split by categories keeps the number of its set as its threshold.
    const set = trees.threshold[i]!;
    const [start, end] = [bounds[set], bounds[set + 1]];
    if (start === undefined || end === undefined || start > end) throw reader.wrong('cat_boundaries');
    trees.categoriesStart[i] = before + start;
    trees.categoriesEnd[i] = before + end;
  }
}

function joinLinear(readers: readonly TreeReader[], leafValue: Float64Array): LinearLeaves {
  const constant = leafValue.slice();
  const start = new Int32Array(constant.length + 1);
  const column: number[] = [];
  const coefficient: number[] = [];
  let leaf = 0;
  for (const reader of readers) {
    if (reader.isLinear) {
      constant.set(reader.numbers('leaf_const', reader.leaves), leaf);
      const counts = reader.integers('num_features', 0, reader.columns, reader.leaves);
      const total = counts.reduce((sum, count) => sum + count, 0);
      for (const j of reader.integers('leaf_features', 0, reader.columns - 1, total)) column.push(j);
      for (const value of reader.numbers('leaf_coeff', total)) coefficient.push(value);
      for (let i = 0; i < reader.leaves; i++) start[leaf + i + 1] = start[leaf + i]! + counts[i]!;
    } else {
      start.fill(start[leaf]!, leaf + 1, leaf + reader.leaves + 1);
    }
    leaf += reader.leaves;
  }
  return { constant, start, column: Int32Array.from(column), coefficient: Float64Array.from(coefficient) };
}

/**
 * The same trees packed, or `null` where they cannot be: splits by category, linear leaves, zeros that are missing.
 * With them, of each leaf its value.
 */
export function packLightgbmTrees(
  all: LightgbmTrees,
): { readonly trees: PackedTrees; readonly leafValues: Float64Array } | null {
  const { leafCounts, decision, leafValue, linear } = all;
  const isPlain = (kind: number): boolean => !(kind & CATEGORICAL) && ((kind >>> 2) & 3) !== MISSING_ZERO;
  if (linear !== null || !decision.every(isPlain)) return null;
  const firstLeaves = new Int32Array(leafCounts.length);
  const nodes = Array.from(leafCounts, (count, t) => {
    if (t > 0) firstLeaves[t] = firstLeaves[t - 1]! + leafCounts[t - 1]!;
    // Each tree before had one split less than leaves.
    return nodesOf(all, firstLeaves[t]! - t, firstLeaves[t]!, count);
  });
  if (!nodes.every(isTree)) return null;
  const leafValues = new Float64Array(leafValue.length);
  const trees = packTrees(nodes, leafValues.length, false, (leaf, t, number) => {
    leafValues[leaf] = leafValue[firstLeaves[t]! + number - (leafCounts[t]! - 1)]!;
  });
  return { trees, leafValues };
}

/** The splits of one tree, and after them its leaves. */
function nodesOf(
  { column, threshold, decision, left, right }: LightgbmTrees,
  first: number,
  firstLeaf: number,
  leafCount: number,
): TreeNodes {
  const count = leafCount - 1;
  const children = (side: Int32Array): Int32Array => {
    const local = new Int32Array(count + leafCount).fill(NO_CHILD);
    for (let i = 0; i < count; i++) {
      const child = side[first + i]!;
      local[i] = child >= 0 ? child - first : count + ~child - firstLeaf;
    }
    return local;
  };
  const missingLeft = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const kind = decision[first + i]!;
    // Where nothing counts as missing, NaN counts as zero.
    const isLeft = ((kind >>> 2) & 3) === MISSING_NAN ? kind & DEFAULT_LEFT : threshold[first + i]! >= 0;
    missingLeft[i] = isLeft ? 1 : 0;
  }
  return {
    left: children(left),
    right: children(right),
    column: column.subarray(first, first + count),
    threshold: threshold.subarray(first, first + count),
    missingLeft,
  };
}

/** What the tree that starts at `root` says about the row that starts at `row` of `data`. */
export function valueOfRow(trees: LightgbmTrees, root: number, data: Float64Array, row: number): number {
  const { column, threshold, decision, left, right, leafValue, linear } = trees;
  let node = root;
  while (node >= 0) {
    const kind = decision[node]!;
    let value = data[row + column[node]!]!;
    let isLeft: boolean;
    if (kind & CATEGORICAL) isLeft = isInCategories(trees, node, value);
    else {
      const missing = (kind >>> 2) & 3;
      if (Number.isNaN(value) && missing !== MISSING_NAN) value = 0;
      const isMissing =
        missing === MISSING_NAN
          ? Number.isNaN(value)
          : missing === MISSING_ZERO && value >= -ZERO_MAX && value <= ZERO_MAX;
      isLeft = isMissing ? (kind & DEFAULT_LEFT) !== 0 : value <= threshold[node]!;
    }
    node = isLeft ? left[node]! : right[node]!;
  }
  return linear === null ? leafValue[~node]! : linearValue(linear, leafValue, ~node, data, row);
}

/** Fractions are cut off; NaN, what is negative and what does not fit an integer is in no set. */
function isInCategories(trees: LightgbmTrees, node: number, value: number): boolean {
  if (!(value > -1 && value < 2 ** 31)) return false;
  const category = Math.trunc(value);
  const word = trees.categoriesStart[node]! + (category >>> 5);
  return word < trees.categoriesEnd[node]! && ((trees.categories[word]! >>> (category & 31)) & 1) === 1;
}

/** A leaf that misses one of its numbers falls back on its value. */
function linearValue(
  { constant, start, column, coefficient }: LinearLeaves,
  leafValue: Float64Array,
  leaf: number,
  data: Float64Array,
  row: number,
): number {
  let sum = constant[leaf]!;
  for (let k = start[leaf]!; k < start[leaf + 1]!; k++) {
    const value = data[row + column[k]!]!;
    if (Number.isNaN(value)) return leafValue[leaf]!;
    sum += coefficient[k]! * value;
  }
  return sum;
}
