/**
 * Reads JSON that people write (manifests, catalogues) into typed values. Refuses what is missing or of another
 * kind, and says in which file, at which path, and what should stand there.
 */
import { messageOf, SiteError, type SiteErrorCode } from '../errors.ts';

interface Origin {
  readonly file: string;
  readonly code: SiteErrorCode;
}

export class JsonReader {
  readonly #value: unknown;
  readonly #path: string;
  readonly #origin: Origin;

  private constructor(value: unknown, path: string, origin: Origin) {
    this.#value = value;
    this.#path = path;
    this.#origin = origin;
  }

  /** `file` names the source in messages; failures are `SiteError`s of the given code. */
  static parse(bytes: Uint8Array, file: string, code: SiteErrorCode): JsonReader {
    const origin = { file, code };
    try {
      return new JsonReader(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), '', origin);
    } catch (cause) {
      throw new SiteError(code, `${file} is not JSON: ${messageOf(cause)}`, { cause });
    }
  }

  /** The failure of this place: "FILE: PATH WHAT". */
  refuse(what: string): never {
    const { file, code } = this.#origin;
    throw new SiteError(code, `${file}: ${this.#path || 'the document'} ${what}`, { path: this.#path });
  }

  get isPresent(): boolean {
    return this.#value !== undefined;
  }

  field(name: string): JsonReader {
    const value = this.#object();
    const path = this.#path === '' ? name : `${this.#path}.${name}`;
    return new JsonReader(Object.hasOwn(value, name) ? value[name] : undefined, path, this.#origin);
  }

  /** `read` applied to the field where it is present, else undefined. */
  optional<T>(name: string, read: (field: JsonReader) => T): T | undefined {
    const field = this.field(name);
    return field.isPresent ? read(field) : undefined;
  }

  entries(): [string, JsonReader][] {
    return Object.keys(this.#object()).map((name) => [name, this.field(name)]);
  }

  list(): JsonReader[] {
    if (!Array.isArray(this.#value)) this.refuse('should be an array');
    return this.#value.map((item, index) => new JsonReader(item, `${this.#path}[${index}]`, this.#origin));
  }

  text(pattern?: RegExp): string {
    if (typeof this.#value !== 'string') this.refuse('should be a string');
    if (pattern && !pattern.test(this.#value)) this.refuse(`should match ${pattern.source}`);
    return this.#value;
  }

  number(): number {
    if (typeof this.#value !== 'number') this.refuse('should be a number');
    return this.#value;
  }

  integer(min: number): number {
    const value = this.number();
    if (!Number.isSafeInteger(value) || value < min) this.refuse(`should be an integer of at least ${min}`);
    return value;
  }

  boolean(): boolean {
    if (typeof this.#value !== 'boolean') this.refuse('should be true or false');
    return this.#value;
  }

  oneOf<const T extends readonly (string | number | boolean)[]>(values: T): T[number] {
    const found = values.find((one) => one === this.#value);
    if (found === undefined) this.refuse(`should be one of ${values.join(', ')}`);
    return found;
  }

  isNull(): boolean {
    return this.#value === null;
  }

  /** The value as it is, for what has no fixed shape. */
  any(): unknown {
    return this.#value;
  }

  #object(): Record<string, unknown> {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) {
      this.refuse('should be an object');
    }
    return this.#value as Record<string, unknown>;
  }
}
