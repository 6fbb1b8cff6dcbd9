/**
 * Looks at a file that may hold an estimator, and says all that is in it and all that is wrong with it at once,
 * where `readModel` stops at the first name that it refuses. Nothing of the file is run.
 */
import { SklearnError, type SklearnErrorCode } from './errors.ts';
import { loadEstimator, versionOf } from './estimators/load-estimator.ts';
import { membersOf } from './estimators/members.ts';
import { ESTIMATOR_GLOBALS, ESTIMATORS } from './estimators/registry.ts';
import { UNSUPPORTED_ESTIMATORS } from './estimators/unsupported-estimators.ts';
import { type InertValue, inertValues } from './inert-values.ts';
import type { SklearnModel } from './model.ts';
import { type Compression, detectCompression } from './pickle/container.ts';
import type { GlobalUse } from './pickle/global-table.ts';
import { type PickleDocument, readPickle } from './pickle/read-pickle.ts';
import type { PickleValue } from './pickle/value.ts';
import { createModel } from './read-model.ts';

/** More different names than any estimator has; a file that lists names without end is cut off here. */
const GLOBALS_LISTED_MAX = 1_000;

/**
 * What a name of the file is let through as. Nothing is read from an `inert value`; `refused` names, and those that
 * are called and may not be, are not let through.
 */
export type GlobalRole =
  | 'estimator'
  | 'unsupported estimator'
  | 'part of an estimator'
  | 'array'
  | 'type of numbers'
  | 'random generator'
  | 'plain value'
  | 'inert value'
  | 'refused';

export interface InspectedGlobal {
  /** As the file writes it. */
  readonly module: string;
  readonly name: string;
  readonly role: GlobalRole;
  /** Where it stands first, in the decompressed bytes. */
  readonly offsetBytes: number;
}

/** One reason why the file cannot be served. */
export interface Problem {
  readonly code: SklearnErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly offsetBytes?: number;
}

export interface Inspection {
  /** `null` where it is one that cannot be undone, or the file is no pickle at all. */
  readonly compression: Compression | null;
  /** These two, and `root`, are `null` where the file could not be read to its end. */
  readonly container: PickleDocument['container'] | null;
  readonly protocol: number | null;
  readonly root: PickleValue | null;
  /** The first of them; `globalsLeftOut` more were counted. */
  readonly globals: readonly InspectedGlobal[];
  readonly globalsLeftOut: number;
  /** Of a collection the estimators in it; `null` where the file is one by itself, or could not be read. */
  readonly members: readonly { readonly name: string; readonly className: string }[] | null;
  /** Names that only inert values have, each with the place where it stands first; empty where there is no `root`. */
  readonly inert: readonly InertValue[];
  /** The version that wrote the outermost estimator. */
  readonly sklearnVersion: string | null;
  /** Everything that was found wrong; empty where the model can be served. */
  readonly problems: readonly Problem[];
  /** The loaded estimator, where there are no problems. */
  readonly model: SklearnModel | null;
}

/** Throws nothing of what may be wrong with the file: that is in `problems`. */
export async function inspectModel(
  bytes: Uint8Array,
  { members = [] }: { readonly members?: readonly string[] } = {},
): Promise<Inspection> {
  const problems: Problem[] = [];
  const names = new NameList(problems);
  const seeGlobal = (use: GlobalUse): void => names.see(use);
  const compression = await orProblems(problems, () => detectCompression(bytes));
  const document =
    compression === null
      ? null
      : await orProblems(problems, () => readPickle(bytes, { allowed: ESTIMATOR_GLOBALS, seeGlobal }));
  const loaded =
    document === null ? null : await orProblems(problems, () => loadEstimator(document.root, members));
  return {
    compression,
    container: document?.container ?? null,
    protocol: document?.protocol ?? null,
    root: document?.root ?? null,
    globals: names.globals,
    globalsLeftOut: names.leftOut,
    members: document === null ? null : membersShown(document.root),
    inert: document === null ? [] : inertValues(document.root),
    sklearnVersion: document === null ? null : versionOf(document.root),
    problems,
    model: loaded === null || problems.length > 0 ? null : createModel(loaded),
  };
}

function membersShown(root: PickleValue): Inspection['members'] {
  return membersOf(root)?.map(({ name, className }) => ({ name, className })) ?? null;
}

/** The names of one file with what they are let through as, and the problem of each that is not. */
class NameList {
  readonly #problems: Problem[];
  readonly #byKey = new Map<string, InspectedGlobal>();
  leftOut = 0;

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  get globals(): readonly InspectedGlobal[] {
    return [...this.#byKey.values()];
  }

  see(use: GlobalUse): void {
    const { module, name, offsetBytes } = use;
    const key = use.called ? use.key : `${module} ${name}`;
    const role = roleOf(use);
    const isKnown = this.#byKey.has(key);
    if (isKnown && this.#byKey.get(key)!.role === role) return;
    if (isKnown || this.#byKey.size < GLOBALS_LISTED_MAX)
      this.#byKey.set(key, { module, name, role, offsetBytes });
    else this.leftOut++;
    // Of names without end the list would be no use to anybody; one more problem than fit is problem enough.
    if (role === 'refused' && this.#problems.length < GLOBALS_LISTED_MAX)
      this.#problems.push(refusedGlobal(use));
  }
}

/** What `step` gives, or `null` and what it threw among the problems. */
async function orProblems<T>(problems: Problem[], step: () => T | Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    // One by one: a file may hold more of them than a call takes arguments.
    for (const problem of problemsOf(error)) problems.push(problem);
    return null;
  }
}

function problemsOf(error: SklearnError): Problem[] {
  const { code, message, path, offsetBytes, unsupported } = error;
  if (unsupported.length > 0) {
    return unsupported.map(({ path, what }) => ({ code, path, message: `Not supported: ${what}.` }));
  }
  return [
    { code, message, ...(path !== undefined && { path }), ...(offsetBytes !== undefined && { offsetBytes }) },
  ];
}

function refusedGlobal({ module, name, called, offsetBytes }: GlobalUse): Problem {
  return {
    code: 'PICKLE_FORBIDDEN_GLOBAL',
    message: called
      ? `The pickle calls ${module}.${name}, which Python would run; only names on the list may be called.`
      : `The pickle asks for ${module}.${name}, which is not on the list of names it may use.`,
    offsetBytes,
  };
}

const UNSUPPORTED: ReadonlySet<string> = new Set(UNSUPPORTED_ESTIMATORS);
const ARRAY_NAMES = /^(numpy (ndarray|dtype|matrix|memmap)|numpy\._core\..*|joblib\..*)$/;

function roleOf({ key, verdict }: GlobalUse): GlobalRole {
  if (verdict === 'refused') return 'refused';
  if (verdict === 'inert') return 'inert value';
  if (ESTIMATORS.has(key)) return 'estimator';
  if (UNSUPPORTED.has(key)) return 'unsupported estimator';
  if (key.startsWith('numpy.random')) return 'random generator';
  if (ARRAY_NAMES.test(key)) return 'array';
  if (key.startsWith('numpy ')) return 'type of numbers';
  if (/^(builtins|collections|copyreg|_codecs) /.test(key)) return 'plain value';
  return 'part of an estimator';
}
