/**
 * Makes the finished tree safe to walk: refuses values that contain themselves, nesting too deep for recursion,
 * sharing that unfolds without end, and dicts with one text or number twice among their keys. Inert objects that
 * lead back to themselves are emptied instead. What passes can be walked without guards.
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
  /** Where on the path the innermost inert object stands, this one included; -1 where there is none. */
  readonly inertAt: number;
  /** Whether it is an inert object that leads back to itself. */
  isCycle: boolean;
}

type Extent = Pick<Step, 'height' | 'unfolded'>;

/**
 * What is known of a parent that is used again: its place on the path while it is being walked. One that is no longer
 * there but still has a place leads back to itself.
 */
type Known = Extent | number;

/** Up to this many keys, comparing each with each is cheaper than a set. */
const FEW_KEYS = 8;

/**
 * Walks everything reachable from `root`, without recursion. Only values in `reused` can be met again, so only
 * they are remembered; whatever else is met twice counts twice.
 * Throws `PICKLE_MALFORMED` (a cycle, a key twice) or `PICKLE_LIMIT_EXCEEDED`.
 */
export function checkGraph(root: PickleValue, reused: ReadonlySet<PickleValue>, limits: PickleLimits): void {
  const extents = new Map<Parent, Known>();
  const path: Step[] = [openStep({ kind: 'list', items: [root] }, 0, -1)];
  let visited = 0;
  for (let step = path[0]; step !== undefined; step = path.at(-1)) {
    if (step.next === step.childCount) {
      path.pop();
      const extent = finish(step, extents);
      const above = path.at(-1);
      if (above !== undefined) addExtent(above, extent, path.length, limits);
      continue;
    }
    if (++visited > limits.unfoldedValuesMax) throw overLimit('unfoldedValuesMax', limits);
    const child = asParent(childAt(step.parent, step.next++));
    const known = child === null ? LEAF : extents.get(child);
    if (typeof known === 'number') {
      const below = breakCycle(path, path[known]?.parent === child ? known : null, extents);
      addExtent(below, LEAF, path.length, limits);
    } else if (known !== undefined) addExtent(step, known, path.length, limits);
    if (child === null || known !== undefined) continue;
    if (path.length > limits.nestingDepthMax) throw overLimit('nestingDepthMax', limits);
    if (reused.has(child as PickleValue)) extents.set(child, path.length);
    path.push(openStep(child, path.length, step.inertAt));
  }
}

/**
 * A value that leads back to itself, at `start` of the path; `null` where it is known from elsewhere and the cycle is
 * inside it. An inert object in the cycle will be emptied, which breaks it. Else the innermost inert one around it is
 * emptied and left at once; what was being walked in it keeps its place, as a mark of what it is.
 */
function breakCycle(path: Step[], start: number | null, extents: Map<Parent, Known>): Step {
  const last = path.at(-1)!;
  const { inertAt } = last;
  if (inertAt < 0) throw malformed('A value of the pickle contains itself; such a file cannot be read.');
  path[inertAt]!.isCycle = true;
  if (start !== null && inertAt >= start) return last;
  for (const left of path.splice(inertAt)) if (left.isCycle) finish(left, extents);
  return path[inertAt - 1]!;
}

/** What the parent came to. */
function finish({ parent, isCycle, height, unfolded }: Step, extents: Map<Parent, Known>): Extent {
  // New lists: those it has may be those of a tuple that others hold.
  if (isCycle) Object.assign(parent, { state: undefined, args: [], items: [], entries: [] });
  const extent = isCycle ? EMPTIED : { height: height + 1, unfolded };
  if (extents.has(parent)) extents.set(parent, extent);
  return extent;
}

const LEAF = { height: 0, unfolded: 1 } as const;
const EMPTIED = { height: 1, unfolded: 1 } as const;

function addExtent(step: Step, { height, unfolded }: Extent, depth: number, limits: PickleLimits): void {
  step.height = Math.max(step.height, height);
  step.unfolded += unfolded;
  if (depth - 1 + height > limits.nestingDepthMax) throw overLimit('nestingDepthMax', limits);
  if (step.unfolded > limits.unfoldedValuesMax) throw overLimit('unfoldedValuesMax', limits);
}

/** `inertAt` is that of the parent above. */
function openStep(parent: Parent, at: number, inertAt: number): Step {
  if (parent.kind === 'dict' || parent.kind === 'object') checkKeys(parent.entries);
  const isInert = parent.kind === 'object' && parent.global.inert === true;
  return {
    parent,
    childCount: countChildren(parent),
    next: 0,
    height: 0,
    unfolded: 1,
    inertAt: isInert ? at : inertAt,
    isCycle: false,
  };
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
