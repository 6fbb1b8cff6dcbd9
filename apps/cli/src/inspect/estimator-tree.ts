/**
 * The estimators of a pickle as a tree with their parameters, read from the plain data: nothing is loaded, so that
 * files that cannot be served are shown too. Visits every value once, however often the file names it.
 */
import type { PickleObject, PickleValue } from '@chamfer/sklearn';

/** A parameter that JSON can hold is itself; anything else is described in Python's words. */
export type ParameterValue = string | number | boolean | null | { readonly described: string };

export interface EstimatorNode {
  /** Where it stands: `steps[1]`; empty for the outermost one. */
  readonly path: string;
  /** The name that a pipeline or an ensemble gives it. */
  readonly name: string | null;
  readonly className: string;
  readonly module: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly members: readonly EstimatorNode[];
  /** How many like it stand in the same list, itself included: the trees of a forest. */
  readonly count: number;
}

/** Like estimators in one list, above which only the first is shown. */
const ALIKE_SHOWN_MAX = 3;
/** Estimators of one file: a file that holds more was made to be in the way. */
const NODES_MAX = 10_000;
/** Items of a list that are shown one by one. */
const ITEMS_SHOWN_MAX = 8;
/** Longer texts, such as a stop list in one string, are cut: to this in JSON, and on a line to the next. */
const TEXT_KEPT_MAX = 600;
const TEXT_SHOWN_MAX = 60;

type Structure = Extract<PickleValue, { readonly kind: string }>;

interface Place {
  readonly path: string;
  readonly name: string | null;
}

/** The estimators of the outermost value: one where it is an estimator, several where it holds some. */
export function estimatorTree(root: PickleValue): readonly EstimatorNode[] {
  return new TreeReader().find(root, { path: '', name: null });
}

class TreeReader {
  readonly #seen = new Set<Structure>();
  readonly #estimators = new Map<PickleObject, boolean>();
  #nodesLeft = NODES_MAX;

  /** The outermost estimators in a value. */
  find(value: PickleValue, place: Place): readonly EstimatorNode[] {
    const structure = structureOf(value);
    if (structure === null || this.#seen.has(structure) || this.#nodesLeft === 0) return [];
    this.#seen.add(structure);
    switch (structure.kind) {
      case 'object':
        return this.#isEstimator(structure)
          ? [this.#node(structure, place)]
          : this.#inEntries(structure.entries, place);
      case 'list':
      case 'tuple':
        return this.#inItems(structure.items, place);
      case 'dict':
        return this.#inEntries(structure.entries, place);
      case 'ndarray':
        return structure.dtype === 'O' ? this.#inItems(structure.data as readonly PickleValue[], place) : [];
      default:
        return [];
    }
  }

  #node(object: PickleObject, { path, name }: Place): EstimatorNode {
    this.#nodesLeft--;
    const state = stateOf(object);
    const names = new Set(state.map(([key]) => key));
    const parameters: [string, ParameterValue][] = [];
    const members: EstimatorNode[] = [];
    for (const [key, value] of state) {
      if (typeof key !== 'string' || key.startsWith('_')) continue;
      const isParameter = !key.endsWith('_');
      // What was fitted stands for what it was fitted from.
      if (isParameter && names.has(`${key}_`) && this.#startsWithEstimator(value)) continue;
      const found = this.find(value, { path: path === '' ? key : `${path}.${key}`, name: null });
      members.push(...found);
      if (isParameter && found.length === 0) parameters.push([key, parameterValue(value)]);
    }
    const { name: className, module } = object.global;
    return { path, name, className, module, parameters: Object.fromEntries(parameters), members, count: 1 };
  }

  /** scikit-learn notes its version in every estimator, and in nothing else; so do classes derived from its base. */
  #isEstimator(object: PickleObject): boolean {
    const known = this.#estimators.get(object);
    if (known !== undefined) return known;
    const found = stateOf(object).some(([key]) => key === '_sklearn_version');
    this.#estimators.set(object, found);
    return found;
  }

  /** An estimator, a list of them, or a list of `(name, estimator)`: looked at no further than that. */
  #startsWithEstimator(value: PickleValue | undefined, depth = 0): boolean {
    const structure = structureOf(value);
    if (structure?.kind === 'object') return this.#isEstimator(structure);
    if ((structure?.kind !== 'list' && structure?.kind !== 'tuple') || depth > 2) return false;
    return structure.items.slice(0, 2).some((item) => this.#startsWithEstimator(item, depth + 1));
  }

  #inEntries(entries: readonly [PickleValue, PickleValue][], { path }: Place): readonly EstimatorNode[] {
    return entries.flatMap(([key, value]) =>
      this.find(value, { path: `${path}[${describe(key)}]`, name: typeof key === 'string' ? key : null }),
    );
  }

  /** An item may be `(name, estimator, columns)`, as pipelines and column transformers have it. */
  #inItems(items: readonly PickleValue[], { path }: Place): readonly EstimatorNode[] {
    const nodes: EstimatorNode[] = [];
    items.forEach((item, index) => {
      const structure = structureOf(item);
      const named = structure?.kind === 'tuple' && typeof structure.items[0] === 'string';
      if (!named) nodes.push(...this.find(item, { path: `${path}[${index}]`, name: null }));
      else if (!this.#seen.has(structure)) {
        this.#seen.add(structure);
        // The steps of a pipeline are known by their number alone.
        const isStep = /(^|\.)steps$/.test(path);
        structure.items.forEach((value, at) => {
          const place = isStep ? `${path}[${index}]` : `${path}[${index}][${at}]`;
          nodes.push(...this.find(value, { path: place, name: structure.items[0] as string }));
        });
      }
    });
    return foldAlike(nodes);
  }
}

/** One hundred trees of a forest become one node that says so. */
function foldAlike(nodes: readonly EstimatorNode[]): readonly EstimatorNode[] {
  const [first] = nodes;
  if (first === undefined || nodes.length <= ALIKE_SHOWN_MAX) return nodes;
  const alike = nodes.every(
    ({ className, module, name }) =>
      className === first.className && module === first.module && name === null,
  );
  return alike ? [{ ...first, count: nodes.length }] : nodes;
}

function structureOf(value: PickleValue | undefined): Structure | null {
  return typeof value === 'object' && value !== null && 'kind' in value ? value : null;
}

function stateOf(object: PickleObject): readonly [PickleValue, PickleValue][] {
  const state = structureOf(object.state);
  return state?.kind === 'dict' ? state.entries : [];
}

function parameterValue(value: PickleValue): ParameterValue {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value as ParameterValue;
  if (typeof value === 'string' && value.length <= TEXT_KEPT_MAX) return value;
  return { described: describe(value) };
}

/** In Python's words, on one line. */
export function describe(value: PickleValue, depth = 0): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number')
    return Number.isNaN(value) ? 'nan' : String(value).replace('Infinity', 'inf');
  if (typeof value === 'string') return quoted(value);
  const structure = structureOf(value);
  if (structure === null) return typeof value === 'bigint' ? String(value) : 'bytes';
  switch (structure.kind) {
    case 'global':
      return `${structure.module}.${structure.name}`;
    case 'object':
      return `a ${structure.global.name}`;
    case 'ndarray': {
      const [scalar] = structure.shape.length === 0 && !('kind' in structure.data) ? structure.data : [];
      return scalar === undefined
        ? `array of type ${structure.dtype} and shape (${structure.shape.join(', ')})`
        : describe(scalar, depth);
    }
    case 'dict':
      return listed(
        structure.entries.length,
        structure.kind,
        () =>
          `{${structure.entries.map(([key, item]) => `${describe(key, 1)}: ${describe(item, depth + 1)}`).join(', ')}}`,
        depth,
      );
    default:
      return listed(
        structure.items.length,
        structure.kind,
        () =>
          `${{ list: '[', tuple: '(', set: '{' }[structure.kind]}${structure.items.map((item) => describe(item, depth + 1)).join(', ')}${{ list: ']', tuple: ')', set: '}' }[structure.kind]}`,
        depth,
      );
  }
}

/** Short ones whole, long and deep ones by their size. */
function listed(length: number, kind: string, whole: () => string, depth: number): string {
  return length <= ITEMS_SHOWN_MAX && depth < 2 ? whole() : `a ${kind} of ${length}`;
}

function quoted(text: string): string {
  const cut = text.length > TEXT_SHOWN_MAX ? `${text.slice(0, TEXT_SHOWN_MAX)}...` : text;
  return `'${cut}'`;
}
