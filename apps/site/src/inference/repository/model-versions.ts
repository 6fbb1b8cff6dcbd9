/**
 * The versions of one model: which of them are served, and why the others are not. The version labelled `stable`
 * answers, or the newest, or the newest that is not broken; a labelled version is served beside it.
 */
import { VERSION_LABELS, type VersionLabel } from '@chamfer/contracts/version-labels';
import { messageOf, SiteError } from '../../errors.ts';
import {
  fingerprintOf,
  listVersionFolders,
  modelFilePath,
  readModelJson,
  readVersionText,
  type VersionFolder,
} from '../../storage/model-folder.ts';
import type { ProbeModel } from '../runtimes/probe-onnx.ts';
import { loadVersion, type ServedModel } from './load-version.ts';
import { CONFIG_BYTES_MAX, parseTritonConfig, type TritonConfig } from './parse-triton-config.ts';

export interface VersionOutcome {
  /** No longer served. */
  readonly retired: readonly ServedModel[];
  /** Should have been served, and could not be. */
  readonly failed: readonly { readonly version: string; readonly reason: string }[];
}

interface RefreshOptions {
  readonly again?: boolean;
  readonly onlyWaiting?: boolean;
}

/** Files arrive in any order; the next look will find more. */
const INCOMPLETE = 'it is not complete yet';

type Labels = Readonly<Partial<Record<VersionLabel, string>>>;

interface Tried {
  readonly fingerprint: string;
  /** Null where it cannot be served. */
  readonly model: ServedModel | null;
  /** Why it cannot, or why a change to it is not taken up. */
  readonly reason: string | null;
  /** Whether that can change without a change here: a server that was not there. */
  readonly mayPass: boolean;
}

interface Choice {
  readonly folders: readonly VersionFolder[];
  readonly labels: Labels;
  readonly triton: TritonConfig | null;
}

export class ModelVersions {
  readonly #root: string;
  readonly #name: string;
  readonly #probe: ProbeModel;
  readonly #tried = new Map<string, Tried>();
  /** Why labels or configuration cannot be read. */
  #reason: string | null = null;
  #choice: Choice = { folders: [], labels: {}, triton: null };
  #served: readonly ServedModel[] = [];

  constructor(root: string, name: string, probe: ProbeModel) {
    this.#root = root;
    this.#name = name;
    this.#probe = probe;
  }

  /** The version that answers comes first. */
  get served(): readonly ServedModel[] {
    return this.#served;
  }

  get broken(): { name: string; version: string; reason: string }[] {
    const name = this.#name;
    const tried = [...this.#tried].flatMap(([version, { reason }]) =>
      reason === null ? [] : [{ name, version, reason }],
    );
    return this.#reason === null ? tried : [{ name, version: '', reason: this.#reason }, ...tried];
  }

  /** Nothing is served any more; answers what was. */
  clear(): readonly ServedModel[] {
    const retired = this.#served;
    this.#served = [];
    this.#tried.clear();
    return retired;
  }

  /** Whether a version waits for a server that was not there. */
  get isWaiting(): boolean {
    return [...this.#tried.values()].some(({ mayPass }) => mayPass);
  }

  /**
   * What did not change since it was last tried is not tried again, unless all is to be loaded `again`; of what changed
   * nothing is, where it is `onlyWaiting` versions that are looked after.
   */
  async refresh({ again = false, onlyWaiting = false }: RefreshOptions = {}): Promise<VersionOutcome> {
    const failed: { version: string; reason: string }[] = [];
    if (!onlyWaiting) await this.#choose();
    if (this.#reason !== null) failed.push({ version: '', reason: this.#reason });
    const { folders, labels, triton } = this.#choice;
    for (const version of this.#tried.keys()) {
      if (!folders.some((one) => one.version === version)) this.#forget(version);
    }
    const before = this.#served;
    const wanted: ServedModel[] = [];
    const attempt = async (folder: VersionFolder | undefined): Promise<boolean> => {
      if (folder === undefined) return false;
      if (wanted.some((one) => one.info.version === folder.version)) return true;
      const { model, reason } = await this.#attempt(folder, triton, { again, onlyWaiting });
      if (reason !== null && reason !== INCOMPLETE) failed.push({ version: folder.version, reason });
      if (model !== null) wanted.push(model);
      return model !== null;
    };
    const labelled = (label: VersionLabel) => folders.find((one) => one.version === labels[label]);
    let isAnswered = await attempt(labelled('stable'));
    for (const folder of folders) {
      if (!isAnswered || isAlsoServed(triton, folder, wanted.length)) {
        isAnswered = (await attempt(folder)) || isAnswered;
      }
    }
    await attempt(labelled('canary'));
    // Whatever was served goes on being served where nothing can take its place.
    const next = wanted.length > 0 ? wanted : before;
    this.#served = next.map((model) => withLabels(model, labels));
    const kept = new Set(this.#served.map((model) => model.runtime));
    return { retired: before.filter((model) => !kept.has(model.runtime)), failed };
  }

  /** Where it cannot be read the last choice stands. */
  async #choose(): Promise<void> {
    try {
      this.#choice = await this.#readChoice();
      this.#reason = null;
    } catch (error) {
      this.#reason = messageOf(error);
    }
  }

  async #readChoice(): Promise<Choice> {
    const all = await listVersionFolders(this.#root, this.#name);
    const config = modelFilePath(this.#root, this.#name, 'config.pbtxt');
    const text = await readVersionText(config, CONFIG_BYTES_MAX);
    const triton = text === null ? null : parseTritonConfig(text, config);
    // Triton's versions are numbers, and other folders there mean nothing.
    const folders = triton === null ? all : all.filter(({ version }) => /^[1-9]\d*$/.test(version));
    const specific = triton === null ? null : specificOf(triton);
    const chosen = folders.filter(({ version }) => specific === null || specific.includes(version));
    return { folders: chosen, labels: await this.#readLabels(all), triton };
  }

  async #readLabels(folders: readonly VersionFolder[]): Promise<Labels> {
    const document = await readModelJson(this.#root, this.#name, 'labels.json');
    if (document === null) return {};
    const labels: Partial<Record<VersionLabel, string>> = {};
    for (const [label, field] of document.entries()) {
      const known = VERSION_LABELS.find((one) => one === label);
      if (known === undefined) return field.refuse(`is no label; there are ${VERSION_LABELS.join(', ')}`);
      const version = field.text();
      if (!folders.some((folder) => folder.version === version))
        field.refuse(`names a version that is not there`);
      labels[known] = version;
    }
    return labels;
  }

  /** Tries a version, or answers what trying it gave while nothing of it has changed since. */
  async #attempt(
    folder: VersionFolder,
    triton: TritonConfig | null,
    { again, onlyWaiting }: Required<RefreshOptions>,
  ): Promise<Tried> {
    const fingerprint = await fingerprintOf(folder.path);
    const before = this.#tried.get(folder.version);
    const isOver = before !== undefined && (onlyWaiting || before.fingerprint === fingerprint);
    if (isOver && !again && !before.mayPass) return before;
    const served = before?.model ?? null;
    const tried = await this.#try(folder, triton, served, again);
    this.#tried.set(folder.version, { ...tried, fingerprint });
    return this.#tried.get(folder.version)!;
  }

  async #try(
    folder: VersionFolder,
    triton: TritonConfig | null,
    served: ServedModel | null,
    again: boolean,
  ): Promise<Omit<Tried, 'fingerprint'>> {
    try {
      const loaded = await loadVersion(folder, triton, this.#probe);
      if (loaded === null) return { model: served, reason: INCOMPLETE, mayPass: false };
      if (served === null) return { model: loaded, reason: null, mayPass: false };
      if (loaded.info.sha256 === served.info.sha256 && again)
        return { model: loaded, reason: null, mayPass: false };
      loaded.runtime.close?.();
      if (loaded.info.sha256 === served.info.sha256) return { model: served, reason: null, mayPass: false };
      const what = 'its model file was changed, but versions never change: make it the next version';
      throw new SiteError('MODEL_BROKEN', what);
    } catch (error) {
      const mayPass = error instanceof SiteError && error.code === 'REMOTE_UNAVAILABLE';
      return { model: served, reason: messageOf(error), mayPass };
    }
  }

  #forget(version: string): void {
    this.#tried.delete(version);
  }
}

/** Whether Triton's policy has a version served beside the one that answers. */
function isAlsoServed(triton: TritonConfig | null, { version }: VersionFolder, servedCount: number): boolean {
  if (triton === null) return false;
  const { versions } = triton;
  if (versions === 'all') return true;
  return 'latest' in versions ? servedCount < versions.latest : versions.specific.includes(version);
}

function specificOf({ versions }: TritonConfig): readonly string[] | null {
  return versions !== 'all' && 'specific' in versions ? versions.specific : null;
}

function withLabels(model: ServedModel, labels: Labels): ServedModel {
  const own = VERSION_LABELS.filter((label) => labels[label] === model.info.version);
  return { ...model, info: { ...model.info, labels: own } };
}
