/**
 * Models by name and version: one is the default, and a name that is none is answered with the names that are. Whoever
 * holds a table sees its models change; a model that was found stays what it was.
 */
import type { ModelInfo } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';
import type { ModelFiles } from './model-files.ts';

/** What identifies a model version and where its artifact stands: plain data that a worker can be given. */
export interface ModelReference {
  readonly info: ModelInfo;
  /** All files of the model, where there are several, or members of one. */
  readonly files?: ModelFiles;
  /** Of the artifact. */
  readonly path: string;
}

export class ModelTable<T extends ModelReference> {
  #models: readonly T[] = [];
  #byName: ReadonlyMap<string, readonly T[]> = new Map();

  constructor(models: readonly T[]) {
    this.replace(models);
  }

  /** Every version that is served, of each name the one first that answers where none is asked for. */
  get models(): readonly T[] {
    return this.#models;
  }

  get infos(): ModelInfo[] {
    return this.#models.map(({ info }) => info);
  }

  /** From now on these are the models. */
  replace(models: readonly T[]): void {
    this.#models = models;
    this.#byName = Map.groupBy(models, (model) => model.info.name);
  }

  /** The one that answers where this name is given, or none. */
  get(name: string | undefined): T | undefined {
    return name === undefined ? this.#models.find(({ info }) => info.isDefault) : this.#byName.get(name)?.[0];
  }

  /**
   * The model of this name, or the default where no name is given; of it the given version or label, or the one that
   * answers where none is given. Throws `MODEL_UNKNOWN`.
   */
  find(name?: string, version?: string | null): T {
    const versions =
      name === undefined ? this.#models.filter((model) => model.info.isDefault) : this.#byName.get(name);
    const [first] = versions ?? [];
    if (first === undefined) throw this.#refuse(name);
    if (version === undefined || version === null || version === '') return first;
    const found = versions!.find(
      ({ info }) =>
        info.version === version || (info.labels as readonly string[] | undefined)?.includes(version),
    );
    if (found !== undefined) return found;
    const has = versions!.map(({ info }) => [info.version, ...(info.labels ?? [])].join(' = ')).join(', ');
    const what = `There is no version ${JSON.stringify(version.slice(0, 40))} of ${first.info.name}; loaded: ${has}.`;
    throw new SiteError('MODEL_UNKNOWN', what, { path: 'model_version' });
  }

  #refuse(name: string | undefined): SiteError {
    const names = [...this.#byName.keys()].sort().join(', ') || 'none';
    const what =
      name === undefined ? 'There is no default model' : `There is no model ${JSON.stringify(name)}`;
    return new SiteError('MODEL_UNKNOWN', `${what}. Loaded models: ${names}.`, { path: 'model' });
  }
}
