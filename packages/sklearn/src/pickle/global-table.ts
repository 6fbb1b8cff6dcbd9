/**
 * The names one file uses: each is checked against the allowlist once and kept as one shared value. Refuses
 * every (module, name) pair that is not listed exactly, dotted names first of all.
 */
import { SklearnError } from '../errors.ts';
import { BASE_ALLOWED, MODULE_ALIASES, NAME_ALIASES } from './allowlist.ts';
import type { PickleGlobal } from './value.ts';

/** Text from the file may be long or hold control characters; a message must not. */
function shown(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return /^[\w.]+$/.test(short) ? short : `"${short.replace(/[^\x20-\x7e]/g, '?')}"`;
}

/** One name as the file writes it, where it stands first. */
export interface GlobalUse {
  readonly module: string;
  readonly name: string;
  /** `module name` as it is now, where it moved. */
  readonly key: string;
  /** Whether a file that is loaded may use it. */
  readonly listed: boolean;
  readonly offsetBytes: number;
}

export class GlobalTable {
  readonly #allowed: ReadonlySet<string>;
  readonly #see: ((use: GlobalUse) => void) | undefined;
  readonly #byWrittenName = new Map<string, PickleGlobal>();
  readonly #byName = new Map<string, PickleGlobal>();
  readonly #written: PickleGlobal[] = [];

  /** With `see` every name passes: the file is to be looked at, and what is made of it goes nowhere. */
  constructor(allowed: ReadonlySet<string>, see?: (use: GlobalUse) => void) {
    this.#allowed = allowed;
    this.#see = see;
  }

  /** As written in the file, each once, in order of first appearance. */
  get written(): readonly PickleGlobal[] {
    return this.#written;
  }

  /**
   * The value for a name, under its present name where it moved.
   * Throws `PICKLE_FORBIDDEN_GLOBAL`.
   */
  find(module: string, name: string, offsetBytes: number): PickleGlobal {
    const writtenKey = `${module} ${name}`;
    const known = this.#byWrittenName.get(writtenKey);
    if (known !== undefined) return known;
    const movedModule = MODULE_ALIASES.get(module) ?? module;
    const key = NAME_ALIASES.get(`${movedModule} ${name}`) ?? `${movedModule} ${name}`;
    // No listed pair has a second space, so the joined key cannot be split two ways.
    const listed = !name.includes('.') && (BASE_ALLOWED.has(key) || this.#allowed.has(key));
    this.#see?.({ module, name, key, listed, offsetBytes });
    if (!listed && this.#see === undefined) {
      throw new SklearnError(
        'PICKLE_FORBIDDEN_GLOBAL',
        `The pickle asks for ${shown(module)} ${shown(name)}, which is not on the list of names it may use. Nothing of it was run.`,
        { offsetBytes },
      );
    }
    const global = this.#byName.get(key) ?? namedValue(key);
    this.#byName.set(key, global);
    this.#byWrittenName.set(writtenKey, global);
    this.#written.push({ kind: 'global', module, name });
    return global;
  }
}

function namedValue(key: string): PickleGlobal {
  const space = key.indexOf(' ');
  return Object.freeze({ kind: 'global', module: key.slice(0, space), name: key.slice(space + 1) });
}
