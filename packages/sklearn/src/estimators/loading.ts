/**
 * What the loading of one file carries along: the estimators that are known, what was found that is not
 * supported, and the bound on objects that stand in many places.
 */
import { SklearnError, type Unsupported } from '../errors.ts';
import type { NdArray, PickleObject, PickleValue } from '../pickle/value.ts';
import { describeValue, isObject } from './attribute.ts';
import type { EstimatorDefinition, FittedEstimator } from './definition.ts';
import { ObjectState } from './object-state.ts';
import { PLACEHOLDER } from './placeholder.ts';
import { nameOfRefused } from './unsupported-estimators.ts';
import { wideIntegersToFloat64 } from './wide-integers.ts';

/**
 * How often one object may be loaded. A few places are ordinary (an estimator that was fitted before it went into
 * two ensembles); a file that names one forest from everywhere asks for memory without end.
 */
const USES_OF_ONE_OBJECT_MAX = 16;
/** How many problems one message lists. */
const LISTED_MAX = 20;

export class Loading {
  readonly version: string | null;
  readonly #definitions: ReadonlyMap<string, EstimatorDefinition>;
  readonly #unsupported: Unsupported[] = [];
  readonly #uses = new Map<PickleObject, number>();
  readonly #converted = new Map<NdArray, Float64Array>();
  #firstError: SklearnError | null = null;
  /** Whether the values of a row decide how long its answer takes. */
  iterates = false;
  /** Whether the answer of a row depends on which others it is asked with. */
  joinsRows = false;

  /** `definitions` by `module name`; `version` for objects that do not say theirs. */
  constructor(definitions: ReadonlyMap<string, EstimatorDefinition>, version: string | null) {
    this.#definitions = definitions;
    this.version = version;
  }

  /** The estimator that `value` holds; where it cannot be loaded, that is noted and a placeholder returned. */
  load(value: PickleValue, path: string): FittedEstimator {
    if (!isObject(value)) {
      this.refuse(path, `${describeValue(value)} where an estimator should be`);
      return PLACEHOLDER;
    }
    const definition = this.#definitions.get(`${value.global.module} ${value.global.name}`);
    if (definition === undefined) {
      const { module, name, inert } = value.global;
      this.refuse(path, inert === true ? `${module}.${name}` : nameOfRefused(value.global));
      return PLACEHOLDER;
    }
    try {
      return definition.load(this.open(value, path));
    } catch (error) {
      if (!(error instanceof SklearnError)) throw error;
      for (const problem of error.unsupported) this.#unsupported.push(problem);
      this.#firstError ??= error;
      return PLACEHOLDER;
    }
  }

  open(object: PickleObject, path: string): ObjectState {
    const uses = (this.#uses.get(object) ?? 0) + 1;
    if (uses > USES_OF_ONE_OBJECT_MAX) {
      throw new SklearnError(
        'ESTIMATOR_MALFORMED',
        `The ${object.global.name} at ${path} stands in more than ${USES_OF_ONE_OBJECT_MAX} places of the file.`,
        { path },
      );
    }
    this.#uses.set(object, uses);
    return new ObjectState(object, path, this);
  }

  refuse(path: string, what: string): void {
    this.#unsupported.push({ path, what });
  }

  /**
   * Throws what is wrong, if anything is: `ESTIMATOR_UNSUPPORTED` with everything that was refused, which may be why
   * the rest looked wrong; else the first `ESTIMATOR_MALFORMED`.
   */
  throwIfWrong(): void {
    const all = this.#unsupported;
    if (all.length === 0) {
      if (this.#firstError !== null) throw this.#firstError;
      return;
    }
    const lines = all.slice(0, LISTED_MAX).map(({ path, what }) => (path === '' ? what : `${path}: ${what}`));
    const more = all.length > LISTED_MAX ? `; and ${all.length - LISTED_MAX} more` : '';
    throw new SklearnError(
      'ESTIMATOR_UNSUPPORTED',
      `The file holds what is not supported: ${lines.join('; ')}${more}.`,
      {
        path: all[0]!.path,
        unsupported: all,
      },
    );
  }

  /** The numbers of an array as float64, converted once however often the array is named. */
  float64(array: NdArray): Float64Array {
    if (array.data instanceof Float64Array) return array.data;
    const known = this.#converted.get(array);
    if (known !== undefined) return known;
    const converted =
      array.data instanceof BigInt64Array || array.data instanceof BigUint64Array
        ? wideIntegersToFloat64(array.data)
        : Float64Array.from(array.data as ArrayLike<number>);
    this.#converted.set(array, converted);
    return converted;
  }
}
