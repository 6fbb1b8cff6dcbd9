/**
 * The names one file uses: each is judged once and kept as one shared value. Refuses (module, name) pairs that are
 * neither listed exactly nor inert, dotted names first of all, and calls of what is not known to make plain data.
 */
import { SklearnError } from '../errors.ts';
import { BASE_ALLOWED, MODULE_ALIASES, NAME_ALIASES } from './allowlist.ts';
import { isDataCall, type Verdict, verdictOf } from './inert-names.ts';
import { overLimit, type PickleLimits } from './limits.ts';
import type { PickleGlobal } from './value.ts';

/** Text from the file may be long or hold control characters; a message must not. */
function shown(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return /^[\w.]+$/.test(short) ? short : `"${short.replace(/[^\x20-\x7e]/g, '?')}"`;
}

/** One name as the file writes it, where it stands first; once more where it is called and may not be. */
export interface GlobalUse {
  readonly module: string;
  readonly name: string;
  /** `module name` as it is now, where it moved. */
  readonly key: string;
  readonly verdict: Verdict;
  /** Whether it is a call that is refused, and not the name. */
  readonly called: boolean;
  readonly offsetBytes: number;
}

export class GlobalTable {
  readonly #allowed: ReadonlySet<string>;
  readonly #limits: PickleLimits;
  readonly #see: ((use: GlobalUse) => void) | undefined;
  readonly #byWrittenName = new Map<string, PickleGlobal>();
  readonly #byName = new Map<string, PickleGlobal>();
  readonly #written: PickleGlobal[] = [];

  /** With `see` every name passes: the file is to be looked at, and what is made of it goes nowhere. */
  constructor(allowed: ReadonlySet<string>, limits: PickleLimits, see?: (use: GlobalUse) => void) {
    this.#allowed = allowed;
    this.#limits = limits;
    this.#see = see;
  }

  /** As written in the file, each once, in order of first appearance. */
  get written(): readonly PickleGlobal[] {
    return this.#written;
  }

  /**
   * The value for a name, under its present name where it moved.
   * Throws `PICKLE_FORBIDDEN_GLOBAL` or `PICKLE_LIMIT_EXCEEDED`.
   */
  find(module: string, name: string, offsetBytes: number): PickleGlobal {
    const writtenKey = `${module} ${name}`;
    const known = this.#byWrittenName.get(writtenKey);
    if (known !== undefined) return known;
    if (this.#written.length >= this.#limits.namesMax) throw overLimit('namesMax', this.#limits, offsetBytes);
    const movedModule = MODULE_ALIASES.get(module) ?? module;
    const key = NAME_ALIASES.get(`${movedModule} ${name}`) ?? `${movedModule} ${name}`;
    // No listed pair has a second space, so the joined key cannot be split two ways.
    const listed = !name.includes('.') && (BASE_ALLOWED.has(key) || this.#allowed.has(key));
    const verdict = listed ? 'listed' : verdictOf(movedModule, name);
    this.#see?.({ module, name, key, verdict, called: false, offsetBytes });
    if (verdict === 'refused' && this.#see === undefined) {
      throw new SklearnError(
        'PICKLE_FORBIDDEN_GLOBAL',
        `The pickle asks for ${shown(module)} ${shown(name)}, which is not on the list of names it may use. Nothing of it was run.`,
        { offsetBytes },
      );
    }
    const global = this.#byName.get(key) ?? namedValue(key, verdict);
    this.#byName.set(key, global);
    this.#byWrittenName.set(writtenKey, global);
    this.#written.push({ kind: 'global', module, name });
    return global;
  }

  /**
   * To be told of every call that a file asks for. One of an inert name is refused, unless it makes plain data.
   * Throws `PICKLE_FORBIDDEN_GLOBAL`.
   */
  checkCall({ module, name, inert }: PickleGlobal, offsetBytes: number): void {
    if (inert !== true || isDataCall(module, name)) return;
    if (this.#see === undefined) {
      throw new SklearnError(
        'PICKLE_FORBIDDEN_GLOBAL',
        `The pickle calls ${shown(module)} ${shown(name)}, which Python would run; only names on the list may be called. Nothing of it was run.`,
        { offsetBytes },
      );
    }
    this.#see({ module, name, key: `${module} ${name}`, verdict: 'refused', called: true, offsetBytes });
  }
}

function namedValue(key: string, verdict: Verdict): PickleGlobal {
  const space = key.indexOf(' ');
  const global = { kind: 'global', module: key.slice(0, space), name: key.slice(space + 1) } as const;
  return Object.freeze(verdict === 'listed' ? global : { ...global, inert: true as const });
}
