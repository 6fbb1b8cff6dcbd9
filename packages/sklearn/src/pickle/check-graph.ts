/**
 * Makes the finished tree safe to walk: refuses values that contain themselves, nesting too deep for recursion,
 * sharing that unfolds without end, and dicts with one text or number twice among their keys. What passes can be walked without guards.
 */
import { SklearnError } from '../errors.ts';
import { overLimit, type PickleLimits } from './limits.ts';
import {
  asStructure,
  type PickleDict,
  type PickleList,
  type PickleObject,
  type PickleSet,
  type PickleTuple,
  type PickleValue,
} from './value.ts';

/** An object array as something to walk. */
interface ObjectArray {
  readonly kind: 'ndarray';
  readonly data: readonly PickleValue[];
}

type Parent = PickleTuple | PickleList | PickleSet | PickleDict | PickleObject | ObjectArray;

/** A parent being walked: which child comes next, and what its finished children came to. */
interface Step {
  readonly parent: Parent;
  readonly childCount: number;
  next: number;
  /** Levels below. */
  height: number;
  /** Values when every use of a shared one counts, itself included. */
  unfolded: number;
}

/** What is known of a parent that is used again; `null` while it is being walked. */
type Extent = Pick<Step, 'height' | 'unfolded'> | null;

/** Up to this many keys, comparing each with each is cheaper than a set. */
const FEW_KEYS = 8;

/**
 * Walks everything reachable from `root`, without recursion. Only values in `reused` can be met again, so only
 * they are remembered; whatever else is met twice counts twice.
 * Throws `PICKLE_MALFORMED` (a cycle, a key twice) or `PICKLE_LIMIT_EXCEEDED`.
 */
export function checkGraph(root: PickleValue, reused: ReadonlySet<PickleValue>, limits: PickleLimits): void {
  const extents = new Map<Parent, Extent>();
  const top: Step = {
    parent: { kind: 'list', items: [root] },
    childCount: 1,
    next: 0,
    height: 0,
    unfolded: 1,
  };
  const path: Step[] = [top];
  let visited = 0;
  for (let step: Step | undefined = top; step !== undefined; step = path.at(-1)) {
    if (step.next === step.childCount) {
      path.pop();
      if (extents.has(step.parent))
        extents.set(step.parent, { height: step.height + 1, unfolded: step.unfolded });
      const above = path.at(-1);
      if (above !== undefined) addExtent(above, step.height + 1, step.unfolded, path.length, limits);
      continue;
    }
    if (++visited > limits.unfoldedValuesMax) throw overLimit('unfoldedValuesMax', limits);
    const child = asParent(childAt(step.parent, step.next++));
    const known = child === null ? LEAF : extents.get(child);
    if (known === null) throw malformed('A value of the pickle contains itself; such a file cannot be read.');
    if (known !== undefined) addExtent(step, known.height, known.unfolded, path.length, limits);
    if (child === null || known !== undefined) continue;
    if (path.length > limits.nestingDepthMax) throw overLimit('nestingDepthMax', limits);
    if (reused.has(child as PickleValue)) extents.set(child, null);
    path.push(openStep(child));
  }
}

const LEAF = { height: 0, unfolded: 1 } as const;

function addExtent(step: Step, height: number, unfolded: number, depth: number, limits: PickleLimits): void {
  step.height = Math.max(step.height, height);
  step.unfolded += unfolded;
  if (depth - 1 + height > limits.nestingDepthMax) throw overLimit('nestingDepthMax', limits);
  if (step.unfolded > limits.unfoldedValuesMax) throw overLimit('unfoldedValuesMax', limits);
}

function openStep(parent: Parent): Step {
  if (parent.kind === 'dict' || parent.kind === 'object') checkKeys(parent.entries);
  return { parent, childCount: countChildren(parent), next: 0, height: 0, unfolded: 1 };
}

/** `null` for what holds no other values. */
function asParent(value: PickleValue): Parent | null {
  const structure = asStructure(value);
  if (structure === null || structure.kind === 'global') return null;
  if (structure.kind !== 'ndarray') return structure;
  return structure.dtype === 'O' ? (structure as ObjectArray) : null;
}

function countChildren(parent: Parent): number {
  switch (parent.kind) {
    case 'ndarray':
      return parent.data.length;
    case 'dict':
      return 2 * parent.entries.length;
    case 'object':
      return 1 + parent.args.length + parent.items.length + 2 * parent.entries.length;
    default:
      return parent.items.length;
  }
}

function childAt(parent: Parent, index: number): PickleValue {
  switch (parent.kind) {
    case 'ndarray':
      return parent.data[index]!;
    case 'dict':
      return parent.entries[index >> 1]![index & 1]!;
    case 'object':
      return childOfObject(parent, index);
    default:
      return parent.items[index]!;
  }
}

/** State, arguments, items, entries. */
function childOfObject(object: PickleObject, index: number): PickleValue {
  if (index === 0) return object.state ?? null;
  let rest = index - 1;
  if (rest < object.args.length) return object.args[rest]!;
  rest -= object.args.length;
  if (rest < object.items.length) return object.items[rest]!;
  rest -= object.items.length;
  return object.entries[rest >> 1]![rest & 1]!;
}

/** Python keeps the last of two equal keys; a reader that takes the first would see another model. */
function checkKeys(entries: readonly [PickleValue, PickleValue][]): void {
  if (entries.length <= FEW_KEYS) {
    for (let i = 1; i < entries.length; i++) {
      const key = entries[i]![0];
      if (typeof key !== 'string' && typeof key !== 'number') continue;
      for (let j = 0; j < i; j++) if (key === entries[j]![0]) throw doubledKey(key);
    }
    return;
  }
  const texts = new Set<string>();
  const numbers: number[] = [];
  for (const [key] of entries) {
    // JavaScript's hash of a number is no secret: a file could choose numbers that all collide.
    if (typeof key === 'number') numbers.push(key);
    if (typeof key !== 'string') continue;
    if (texts.has(key)) throw doubledKey(key);
    texts.add(key);
  }
  const sorted = Float64Array.from(numbers).sort();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) throw doubledKey(sorted[i]!);
}

function doubledKey(key: string | number): SklearnError {
  return malformed(`A dict of the pickle has the key ${JSON.stringify(String(key).slice(0, 80))} twice.`);
}

function malformed(message: string): SklearnError {
  return new SklearnError('PICKLE_MALFORMED', message);
}
