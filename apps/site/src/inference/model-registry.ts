/**
 * The models of a site: of each name in the repository the version that answers and those with labels, and the files
 * named by `--model`. A broken version is reported and never takes another down; a version is replaced only by one
 * that is ready; a broken file that was asked for by name keeps the site from starting.
 */
import type { HealthPart } from '@chamfer/contracts';
import { messageOf, SiteError } from '../errors.ts';
import { fileFingerprintOf, listModelNames } from '../storage/model-folder.ts';
import type { ModelFiles } from './model-files.ts';
import { type ModelReference, ModelTable } from './model-table.ts';
import { loadBareFile, type ServedModel } from './repository/load-version.ts';
import { ModelVersions, type VersionOutcome } from './repository/model-versions.ts';
import type { RuntimeModel } from './runtime-model.ts';
import type { ProbeModel } from './runtimes/probe-onnx.ts';

export type { ServedModel } from './repository/load-version.ts';

/** Calls that found a model just before it was replaced have left this thread well within this time. */
const CLOSED_AFTER_MS = 10_000;

export interface BrokenVersion {
  readonly name: string;
  readonly version: string;
  readonly reason: string;
}

/** Who decides what is loaded: nobody after the start, the folder itself, or whoever asks. */
export type ModelControl = 'none' | 'poll' | 'explicit';

export interface ModelChange {
  readonly verb: 'load' | 'unload';
  readonly name: string;
}

export interface RegistryOptions {
  /** The repository: `NAME/VERSION/`. */
  readonly folder: string;
  /** Bare model files; the first one becomes the default. */
  readonly files: readonly ModelFiles[];
  /** The default where there are no bare files. */
  readonly standard: string;
  readonly probe: ProbeModel;
  readonly control?: ModelControl;
  /** How long a call may wait for its turn: a model that was replaced is kept for longer than that. */
  readonly waitMsMax?: number;
  /** Models that parts of the site hold for as long as they run: replaced in the table, never taken from memory. */
  readonly held?: readonly string[];
}

interface BareFile {
  readonly files: ModelFiles;
  served: ServedModel | null;
  fingerprint: string;
  reason: string | null;
}

export class ModelRegistry {
  readonly table: ModelTable<ServedModel> = new ModelTable<ServedModel>([]);
  readonly control: ModelControl;
  readonly #options: RegistryOptions;
  readonly #names = new Map<string, ModelVersions>();
  readonly #files = new Map<string, BareFile>();
  readonly #closing = new Map<NodeJS.Timeout, RuntimeModel>();
  readonly #leaving = new Set<ModelReference>();
  /** Changes follow one another; calls never wait for them. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #listeners: (() => void)[] = [];
  readonly #demandListeners: ((change: ModelChange) => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** What `#hasChanged` compares. */
  #state = '';

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.control = options.control ?? 'none';
  }

  /** Throws `SiteError` where a bare file cannot be served. */
  async open(): Promise<void> {
    for (const name of await listModelNames(this.#options.folder)) await this.#versionsOf(name).refresh();
    for (const files of this.#options.files) {
      const served = await loadBareFile(files, this.#options.probe);
      const { name } = served.info;
      const twin =
        this.#files.get(name)?.files[0].path ?? (this.#names.has(name) ? 'a model of the repository' : null);
      if (twin !== null) throw nameTaken(files.at(-1)!.path, name, twin);
      this.#files.set(name, { files, served, fingerprint: await fingerprintOf(files), reason: null });
    }
    this.#settle({ retired: [] });
  }

  /** What is no longer served, while calls that came before may still wait for it. */
  get leaving(): ModelReference[] {
    const versions = new Map<string, ModelReference>();
    for (const one of this.#leaving) versions.set(`${one.info.name} ${one.info.version}`, one);
    return [...versions.values()];
  }

  get broken(): BrokenVersion[] {
    const versions = [...this.#names.values()].flatMap((one) => one.broken);
    const files = [...this.#files].flatMap(
      ([
        name,
        {
          reason,
          files: [{ path }],
        },
      ]) => (reason === null ? [] : [{ name, version: path, reason }]),
    );
    return [...versions, ...files];
  }

  /**
   * Loads a model, or loads it again: its labels, its newest version, its files as they are now. What is served goes on
   * until the new one is ready. Throws `MODEL_UNKNOWN`, or `MODEL_BROKEN` with every reason; then nothing has changed.
   */
  async load(name: string): Promise<void> {
    try {
      await this.#change(() => this.#load(name));
    } finally {
      for (const listener of this.#demandListeners) listener({ verb: 'load', name });
    }
  }

  /** Takes a model away; calls that run on it finish. Throws `MODEL_UNKNOWN`. */
  async unload(name: string): Promise<void> {
    await this.#change(() => this.#unload(name));
    for (const listener of this.#demandListeners) listener({ verb: 'unload', name });
  }

  /** What another process of the same site did on demand; nobody is told of it. */
  follow({ verb, name }: ModelChange): Promise<void> {
    return this.#change(() => (verb === 'load' ? this.#load(name) : this.#unload(name)));
  }

  async #load(name: string): Promise<void> {
    this.#requireControl();
    if (this.#files.has(name)) return await this.#reloadFile(name);
    if (!(await listModelNames(this.#options.folder)).includes(name)) throw this.#unknown(name);
    const outcome = await this.#versionsOf(name).refresh({ again: true });
    this.#settle(outcome);
    if (outcome.failed.length > 0) {
      const what = outcome.failed.map(({ version, reason }) => `${name} ${version}: ${reason}`).join('; ');
      throw new SiteError('MODEL_BROKEN', what, { path: 'model' });
    }
  }

  async #unload(name: string): Promise<void> {
    this.#requireControl();
    const file = this.#files.get(name);
    const retired = file === undefined ? this.#names.get(name)?.clear() : [file.served!];
    if (retired === undefined || retired.length === 0 || retired[0] === null) throw this.#unknown(name);
    if (file !== undefined) file.served = null;
    this.#settle({ retired });
  }

  /** Brings the table up to what stands in the repository; what polling does. */
  refresh(): Promise<void> {
    return this.#change(async () => {
      const names = await listModelNames(this.#options.folder);
      for (const [name, versions] of this.#names) {
        if (names.includes(name)) continue;
        this.#names.delete(name);
        this.#settle({ retired: versions.clear() });
      }
      for (const name of names) {
        if (!this.#files.has(name)) this.#settle(await this.#versionsOf(name).refresh());
      }
      for (const [name, file] of this.#files) {
        const fingerprint = await fingerprintOf(file.files);
        if (fingerprint !== file.fingerprint) await this.#reloadFile(name).catch(() => undefined);
      }
    });
  }

  /** `listener` is called after every change of the table. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** `listener` is called after a model was loaded or unloaded on demand, also where not all of it could be loaded. */
  onDemand(listener: (change: ModelChange) => void): void {
    this.#demandListeners.push(listener);
  }

  /** Again and again: looks at the repository, where that is what controls it, else for servers that were not there. */
  watch(everyMs: number): void {
    const look = (): Promise<void> => (this.control === 'poll' ? this.refresh() : this.#lookForServers());
    this.#timer = setInterval(() => void look().catch(() => undefined), everyMs);
    this.#timer.unref();
  }

  async #lookForServers(): Promise<void> {
    const waiting = [...this.#names.values()].filter(({ isWaiting }) => isWaiting);
    if (waiting.length === 0) return;
    await this.#change(async () => {
      for (const versions of waiting) this.#settle(await versions.refresh({ onlyWaiting: true }));
    });
  }

  /** Nothing may be asked of any model afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#last;
    for (const [timer, runtime] of this.#closing) {
      clearTimeout(timer);
      runtime.close?.();
    }
    this.#closing.clear();
    for (const model of this.table.models) model.runtime.close?.();
  }

  #versionsOf(name: string): ModelVersions {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const versions = new ModelVersions(this.#options.folder, name, this.#options.probe);
    this.#names.set(name, versions);
    return versions;
  }

  async #reloadFile(name: string): Promise<void> {
    const file = this.#files.get(name)!;
    // Before the file is read: a change during that is seen the next time.
    file.fingerprint = await fingerprintOf(file.files);
    try {
      const before = file.served;
      file.served = await loadBareFile(file.files, this.#options.probe);
      file.reason = null;
      this.#settle({ retired: before === null ? [] : [before] });
    } catch (error) {
      file.reason = messageOf(error);
      throw error;
    }
  }

  #change(action: () => Promise<void>): Promise<void> {
    const change = this.#last.then(() => {
      if (this.#isClosed) throw new SiteError('OVERLOADED', 'The site is stopping.');
      return action();
    });
    this.#last = change.catch(() => undefined);
    return change;
  }

  /** The new table first, then the end of what it no longer has. */
  #settle({ retired }: Pick<VersionOutcome, 'retired'>): void {
    for (const model of retired) this.#leave(model);
    if (this.#hasChanged()) this.#publish();
  }

  #leave({ runtime, ...reference }: ServedModel): void {
    if (runtime.close !== undefined && !this.#options.held?.includes(reference.info.name)) {
      const timer = setTimeout(() => {
        this.#closing.delete(timer);
        runtime.close!();
      }, CLOSED_AFTER_MS);
      timer.unref();
      this.#closing.set(timer, runtime);
    }
    this.#forgetLater(reference);
  }

  /** Apart, so that its timer keeps no more of a model than what names it. */
  #forgetLater(reference: ModelReference): void {
    this.#leaving.add(reference);
    const ms = (this.#options.waitMsMax ?? 0) + CLOSED_AFTER_MS;
    setTimeout(() => this.#leaving.delete(reference), ms).unref();
  }

  #served(): ServedModel[] {
    const fromFiles = [...this.#files.values()].flatMap(({ served }) => (served === null ? [] : [served]));
    return [...[...this.#names.values()].flatMap((one) => one.served), ...fromFiles];
  }

  /** Since the last change that was told of: in what is served, or in why something is not. */
  #hasChanged(): boolean {
    const models = this.#served().map(
      ({ info, runtime }) => `${info.name} ${info.version} ${info.labels} ${runtimeIdOf(runtime)}`,
    );
    const broken = this.broken.map(({ name, version, reason }) => `${name} ${version} ${reason}`);
    const state = [...models, ...broken].join('\n');
    const hasChanged = state !== this.#state;
    this.#state = state;
    return hasChanged;
  }

  #publish(): void {
    const [firstFile] = this.#files.keys();
    const standard = firstFile ?? this.#options.standard;
    const seen = new Set<string>();
    const models = this.#served().map((model) => {
      const { name } = model.info;
      const isDefault = name === standard && !seen.has(name);
      seen.add(name);
      return { ...model, info: { ...model.info, isDefault } };
    });
    this.table.replace(models);
    for (const listener of this.#listeners) listener();
  }

  #requireControl(): void {
    if (this.control === 'explicit') return;
    const what = `Models are not loaded or unloaded on demand here: --model-control is ${this.control}, not explicit.`;
    throw new SiteError('MODEL_CONTROL_OFF', what);
  }

  #unknown(name: string): SiteError {
    const what = `There is no model ${JSON.stringify(name.slice(0, 100))} in the repository.`;
    return new SiteError('MODEL_UNKNOWN', what, { path: 'model' });
  }
}

const runtimeIds = new WeakMap<object, number>();
let runtimeCount = 0;

/** Tells one loaded copy of the same version from another. */
function runtimeIdOf(runtime: object): number {
  const known = runtimeIds.get(runtime);
  if (known !== undefined) return known;
  runtimeCount += 1;
  runtimeIds.set(runtime, runtimeCount);
  return runtimeCount;
}

/** An open registry. Throws `SiteError` where a bare file cannot be served. */
export async function loadModels(options: RegistryOptions): Promise<ModelRegistry> {
  const registry = new ModelRegistry(options);
  await registry.open();
  return registry;
}

/** Ready while anything is served; what is broken is named. */
export function healthOf({ table, broken }: Pick<ModelRegistry, 'table' | 'broken'>): HealthPart {
  const served = table.models.map(nameOf).join(', ') || 'none';
  const failed = broken.map(({ name, version, reason }) => `${name} ${version} is not served: ${reason}`);
  return { name: 'models', ready: table.models.length > 0, detail: [served, ...failed].join('; ') };
}

function nameOf({ info, runtime }: ServedModel): string {
  const note = runtime.isAnswering?.() === false ? ' (its server does not answer)' : '';
  return `${info.name} ${info.version}${note}`;
}

function nameTaken(path: string, name: string, holder: string): SiteError {
  const what = `Cannot serve ${path} as ${JSON.stringify(name)}: that is the name of ${holder}. Rename the file.`;
  return new SiteError('SETTING_INVALID', what, { path: 'model' });
}

async function fingerprintOf(files: ModelFiles): Promise<string> {
  return (await Promise.all(files.map(({ path }) => fileFingerprintOf(path)))).join(' ');
}
