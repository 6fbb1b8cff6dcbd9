/** Finds the inert values in what was read of a file: names and objects that are carried along, each with its place. */
import {
  asStructure,
  isKind,
  type PickleGlobal,
  type PickleStructure,
  type PickleValue,
} from './pickle/value.ts';

/** Of a key of a dict. */
const KEY_SHOWN_MAX = 80;

/** A name that is no reason to refuse the file, and where a value of it stands first. */
export interface InertValue {
  readonly module: string;
  readonly name: string;
  /** As estimators name their parts: `steps[1].trained_at`. */
  readonly path: string;
}

/** A place on the way to a value, kept as a chain: most are never written out. */
interface Place {
  readonly above: Place | null;
  readonly step: string;
}

/**
 * One entry for each name, in the order of the file. What stands inside an inert value is named with it. Visits
 * every value once, however often the file names it.
 */
export function inertValues(root: PickleValue): readonly InertValue[] {
  const found = new Map<PickleGlobal, InertValue>();
  const seen = new Set<PickleStructure>();
  const waiting: Visit[] = [];
  visit(root, null, waiting);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, place } = next;
    if (seen.has(value)) continue;
    seen.add(value);
    const global = value.kind === 'object' ? value.global : value;
    if (global.kind === 'global' && global.inert === true && !found.has(global)) {
      found.set(global, { module: global.module, name: global.name, path: written(place) });
    }
    const first = waiting.length;
    visitChildren(value, place, waiting);
    // What was put last is taken first.
    for (const child of waiting.splice(first).reverse()) waiting.push(child);
  }
  return [...found.values()];
}

interface Visit {
  readonly value: PickleStructure;
  readonly place: Place | null;
}

function visit(value: PickleValue, place: Place | null, waiting: Visit[]): void {
  const structure = asStructure(value);
  if (structure !== null) waiting.push({ value: structure, place });
}

function visitChildren(value: PickleStructure, above: Place | null, waiting: Visit[]): void {
  const child = (item: PickleValue, step: string): void => visit(item, { above, step }, waiting);
  const items = (list: readonly PickleValue[], name = ''): void => {
    for (const [index, item] of list.entries()) child(item, `${name}[${index}]`);
  };
  switch (value.kind) {
    case 'global':
      return;
    case 'ndarray':
      if (value.dtype === 'O') items(value.data as readonly PickleValue[]);
      return;
    case 'dict':
      visitEntries(value.entries, child);
      return;
    case 'object':
      items(value.args, '.args');
      if (!isKind(value.state, 'dict')) child(value.state ?? null, '');
      else for (const [key, item] of value.state.entries) child(item, `.${shown(key)}`);
      items(value.items);
      visitEntries(value.entries, child);
      return;
    default:
      items(value.items);
  }
}

function visitEntries(
  entries: readonly [PickleValue, PickleValue][],
  child: (item: PickleValue, step: string) => void,
): void {
  for (const [key, item] of entries) {
    const step = `[${typeof key === 'string' ? JSON.stringify(shown(key)) : shown(key)}]`;
    child(key, step);
    child(item, step);
  }
}

/** Keys of a file may be anything, of any length. */
function shown(key: PickleValue): string {
  return typeof key === 'string'
    ? key.slice(0, KEY_SHOWN_MAX)
    : typeof key === 'number'
      ? String(key)
      : '...';
}

function written(place: Place | null): string {
  const steps: string[] = [];
  for (let at = place; at !== null; at = at.above) steps.push(at.step);
  return steps.reverse().join('').replace(/^\./, '');
}
