/**
 * The state of one object of the pickle as its loader sees it: attributes by name, each with its path. Refuses
 * what is no object with a state.
 */
import { SklearnError } from '../errors.ts';
import type { ColumnKind, MethodName, RowKind } from '../model.ts';
import type { PickleObject, PickleValue } from '../pickle/value.ts';
import { Attribute, type Classes, describeValue, plainScalar } from './attribute.ts';
import type { Accepts, FittedEstimator, FittedMethod, FittedMethods } from './definition.ts';
import type { Loading } from './loading.ts';

/** Four times the width that scikit-learn's text hashing has by default. */
const COLUMNS_MAX = 2 ** 22;

export class ObjectState {
  readonly className: string;
  /** Where the object stands: `steps[1]`; empty for the outermost one. */
  readonly path: string;
  /** `_sklearn_version`; that of the object around it where it has none of its own. */
  readonly version: string | null;
  readonly #object: PickleObject;
  readonly #attributes: ReadonlyMap<PickleValue, PickleValue>;
  readonly #loading: Loading;

  constructor(object: PickleObject, path: string, loading: Loading) {
    this.className = object.global.name;
    this.path = path;
    this.#object = object;
    this.#loading = loading;
    this.#attributes = attributesOf(object);
    const version = this.#attributes.get('_sklearn_version');
    this.version = typeof version === 'string' ? version : loading.version;
  }

  /** Whether there is such an attribute, be it None. */
  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  /** The attribute of this name. Throws `ESTIMATOR_MALFORMED` where there is none. */
  attribute(name: string): Attribute {
    const value = this.#attributes.get(name);
    if (value !== undefined) return this.#at(value, name);
    const unfitted = name.endsWith('_') ? '; it was saved before it was fitted' : '';
    const where = this.path === '' ? '' : ` at ${this.path}`;
    throw new SklearnError(
      'ESTIMATOR_MALFORMED',
      `The ${this.className}${where} has no ${name}${unfitted}.`,
      {
        path: this.#pathOf(name),
      },
    );
  }

  /** The attribute of this name; `null` where it is missing or None. */
  optional(name: string): Attribute | null {
    const value = this.#attributes.get(name) ?? null;
    return value === null ? null : this.#at(value, name);
  }

  /** What the object's class was called with: Cython's objects keep their sizes there. */
  argument(index: number): Attribute {
    return this.#at(this.#object.args[index] ?? null, `args[${index}]`);
  }

  /** The state itself, where it is no dict: Cython's objects keep a tuple. */
  whole(): Attribute {
    return new Attribute(this.#object.state ?? null, this.path, this.#loading);
  }

  /**
   * A parameter that has to be one of `allowed`, because the arithmetic of no other is here; `absent` where an
   * older version does not have it. Another value is noted as not supported.
   */
  choice<const T extends string | boolean | null>(name: string, allowed: readonly T[], absent?: T): T {
    const value = this.#attributes.get(name);
    if (value === undefined && absent !== undefined) return absent;
    if (value === undefined) throw this.attribute(name);
    const plain = plainScalar(value);
    if (allowed.includes(plain as T)) return plain as T;
    this.refuse(name, describeValue(value));
    return allowed[0]!;
  }

  /** Notes that the file cannot be served because of an attribute; loading goes on, to find what else there is. */
  refuse(name: string, what: string): void {
    this.#loading.refuse(this.#pathOf(name), what);
  }

  /** Says that the estimator iterates, and so that the values of a row decide how long its answer takes. */
  iterates(): void {
    this.#loading.iterates = true;
  }

  /** Says that the answer of a row depends on which others it is asked with. */
  joinsRows(): void {
    this.#loading.joinsRows = true;
  }

  /** Whether a scikit-learn of this version or later wrote the state. */
  since(major: number, minor: number): boolean {
    const [, first = '0', second = '0'] = /^(\d+)\.(\d+)/.exec(this.version ?? '') ?? [];
    return Number(first) > major || (Number(first) === major && Number(second) >= minor);
  }

  /**
   * `n_features_in_`, which must agree with `width`, the width of what was fitted; `width` before there was one, or the
   * attribute that was called `formerly`.
   */
  columns(width?: number, formerly?: string): number {
    const isThere = this.has('n_features_in_');
    if (!isThere && width !== undefined && width > 0) return width;
    const attribute = this.attribute(isThere ? 'n_features_in_' : (formerly ?? 'n_features_in_'));
    const columns = attribute.integer(1, COLUMNS_MAX);
    if (width !== undefined && columns !== width)
      throw attribute.malformed(`${width}, as the other attributes say`);
    return columns;
  }

  /** `classes_`. */
  classes(): Classes {
    return this.attribute('classes_').classes();
  }

  /** What every loader returns. */
  fitted(parts: {
    readonly columns: number | null;
    readonly accepts: Accepts;
    readonly classes?: Classes | undefined;
    readonly methods: FittedMethods;
    readonly rows?: RowKind;
    readonly columnKinds?: readonly ColumnKind[] | null;
    readonly keepsColumns?: boolean;
  }): FittedEstimator {
    const { columns, classes, ...rest } = parts;
    const names = columns === null ? null : this.optional('feature_names_in_');
    return {
      ...rest,
      className: this.className,
      columns,
      columnNames: names?.texts(columns!) ?? null,
      classes: classes?.labels ?? null,
    };
  }

  /** A method that an estimator inside this one must have. */
  methodOf(inner: FittedEstimator, at: Attribute, method: MethodName): FittedMethod {
    const found = inner.methods[method];
    if (found !== undefined) return found;
    throw at.malformed(`an estimator with ${method}`);
  }

  #at(value: PickleValue, name: string): Attribute {
    return new Attribute(value, this.#pathOf(name), this.#loading);
  }

  #pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

function attributesOf(object: PickleObject): ReadonlyMap<PickleValue, PickleValue> {
  const { state } = object;
  if (typeof state !== 'object' || state === null || !('kind' in state) || state.kind !== 'dict')
    return new Map();
  return new Map(state.entries);
}
