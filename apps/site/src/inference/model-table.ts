/** Models by name: one is the default, and a name that is none is answered with the names that are. */
import type { ModelInfo } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';

/** What identifies a model version and where its artifact stands: plain data that a worker can be given. */
export interface ModelReference {
  readonly info: ModelInfo;
  /** Of the artifact. */
  readonly path: string;
}

export class ModelTable<T extends ModelReference> {
  readonly models: readonly T[];
  readonly #byName: ReadonlyMap<string, T>;
  readonly #standard: T | undefined;

  constructor(models: readonly T[]) {
    this.models = models;
    this.#byName = new Map(models.map((model) => [model.info.name, model]));
    this.#standard = models.find((model) => model.info.isDefault);
  }

  /** The model of this name, or the default where no name is given; throws `MODEL_UNKNOWN`. */
  find(name?: string): T {
    const model = name === undefined ? this.#standard : this.#byName.get(name);
    if (model !== undefined) return model;
    const names = [...this.#byName.keys()].sort().join(', ') || 'none';
    const what =
      name === undefined ? 'There is no default model' : `There is no model ${JSON.stringify(name)}`;
    throw new SiteError('MODEL_UNKNOWN', `${what}. Loaded models: ${names}.`, { path: 'model' });
  }
}
