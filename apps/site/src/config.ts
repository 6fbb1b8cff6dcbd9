/**
 * Every setting of a site: name, unit, default, bounds, one sentence. Read once from the command line (first) and
 * the environment (second), validated, frozen. Refuses what it does not know and values out of bounds.
 * Longer than 400 lines because every setting stands in one list.
 */
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SiteError } from './errors.ts';
import { type ModelFiles, parseModelFiles } from './inference/model-files.ts';

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** Who decides what is loaded: nobody after the start, the folder itself, or whoever asks. */
const MODEL_CONTROLS = ['none', 'poll', 'explicit'] as const;
type ModelControl = (typeof MODEL_CONTROLS)[number];
type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Null where there is no gRPC. */
  readonly grpcPort: number | null;
  readonly data: string;
  readonly model: readonly ModelFiles[];
  readonly models: string;
  readonly modelControl: ModelControl;
  readonly pollSeconds: number;
  readonly catalogue: string;
  readonly page: string;
  readonly trustedNetwork: boolean;
  readonly predictBodyMebibytesMax: number;
  readonly uploadMebibytesMax: number;
  readonly requestSecondsMax: number;
  readonly predictSecondsMax: number;
  readonly geometrySecondsMax: number;
  readonly workers: number;
  readonly threads: number;
  readonly modelThreadsMax: number;
  readonly queueMillisecondsMax: number;
  readonly batchRowsMax: number;
  readonly batchMilliseconds: number;
  readonly answerCacheMebibytes: number;
  readonly logLevel: LogLevel;
}

/** What defaults and relative paths depend on. */
export interface Surroundings {
  readonly currentFolder: string;
  /** Root of the installation: where `models/` and `catalogues/` stand. */
  readonly installation: string;
  readonly cores: number;
}

interface Setting<T> {
  /** What stands for the value in `--help`; absent for a switch. */
  readonly placeholder?: string;
  /** Unit and bounds, as a reader needs them. */
  readonly bounds: string;
  readonly sentence: string;
  readonly defaultText: string;
  readonly defaultValue: (surroundings: Surroundings) => T;
  /** May be given several times; in the environment separated as PATH is. */
  readonly repeatable?: true;
  /** Throws a `RangeError` that completes the sentence "--name VALUE: ...". */
  readonly parse: (texts: readonly string[], surroundings: Surroundings) => T;
}

function integer(
  min: number,
  max: number,
  unit: string,
  sentence: string,
  standard: number | { text: string; value: (surroundings: Surroundings) => number },
): Setting<number> {
  const bounds = `${unit === '' ? '' : `${unit}, `}${min} to ${max}`;
  return {
    placeholder: 'N',
    bounds,
    sentence,
    defaultText: typeof standard === 'number' ? String(standard) : standard.text,
    defaultValue: typeof standard === 'number' ? () => standard : standard.value,
    parse(texts) {
      const text = texts.at(-1)!;
      const value = Number(text);
      if (!/^\d{1,9}$/.test(text) || value < min || value > max) {
        throw new RangeError(`must be an integer from ${min} to ${max}`);
      }
      return value;
    },
  };
}

/** The same setting, which can be turned off. */
function orOff(setting: Setting<number>): Setting<number | null> {
  return {
    ...setting,
    bounds: `${setting.bounds}, or off`,
    parse: (texts, surroundings) => (texts.at(-1) === 'off' ? null : setting.parse(texts, surroundings)),
  };
}

function folder(sentence: string, defaultText: string, path: (s: Surroundings) => string): Setting<string> {
  return {
    placeholder: 'DIR',
    bounds: 'a folder',
    sentence,
    defaultText,
    defaultValue: path,
    parse: (texts, { currentFolder }) => resolve(currentFolder, texts.at(-1)!),
  };
}

/** In the order in which people need them: the order of `--help` and of docs/reference/settings.md. */
export const SETTINGS: { readonly [Name in keyof Config]: Setting<Config[Name]> } = {
  model: {
    placeholder: 'FILE',
    bounds: 'a scikit-learn pickle or joblib file, or an ONNX file; repeatable',
    sentence:
      'Serves this model too, under its file name; the first one answers `POST /predict` where no model is named.',
    defaultText: 'none',
    defaultValue: () => [],
    repeatable: true,
    parse: (words, { currentFolder }) => parseModelFiles(words, (text) => resolve(currentFolder, text)),
  },
  port: integer(0, 65_535, '', 'TCP port to listen on; 0 takes a free one.', 8000),
  grpcPort: orOff(
    integer(
      0,
      65_535,
      '',
      'TCP port for gRPC, on the same address; 0 takes a free one, `off` opens none.',
      8001,
    ),
  ),
  host: {
    placeholder: 'ADDRESS',
    bounds: 'an address of this machine',
    sentence: 'Address to listen on; any but loopback needs `--trusted-network`.',
    defaultText: '127.0.0.1',
    defaultValue: () => '127.0.0.1',
    parse(texts) {
      const text = texts.at(-1)!;
      if (!/^[A-Za-z0-9.:_-]{1,255}$/.test(text))
        throw new RangeError('must be an address such as 127.0.0.1');
      return text;
    },
  },
  data: folder(
    'Folder for everything the site writes; created where it is missing; one site at a time.',
    '.data in the current folder',
    ({ currentFolder }) => join(currentFolder, '.data'),
  ),
  trustedNetwork: {
    bounds: 'a switch',
    sentence:
      'Allows a `--host` that other machines reach. Whoever reaches it may use it: there is no login on it.',
    defaultText: 'off',
    defaultValue: () => false,
    parse(texts) {
      const text = texts.at(-1)!;
      if (text !== 'true' && text !== 'false') throw new RangeError('must be true or false');
      return text === 'true';
    },
  },
  models: folder(
    'Folder of model versions, `NAME/VERSION/manifest.json` each.',
    'models of the installation',
    ({ installation }) => join(installation, 'models'),
  ),
  modelControl: {
    placeholder: 'WHO',
    bounds: MODEL_CONTROLS.join(', '),
    sentence:
      'Who changes what is loaded after the start: nobody, the folder of models itself, or requests from this machine.',
    defaultText: 'none',
    defaultValue: () => 'none',
    parse(texts) {
      const control = MODEL_CONTROLS.find((one) => one === texts.at(-1)!);
      if (control === undefined) throw new RangeError(`must be one of ${MODEL_CONTROLS.join(', ')}`);
      return control;
    },
  },
  pollSeconds: integer(
    1,
    86_400,
    's',
    'How often the folder of models is looked at, with `--model-control poll`.',
    15,
  ),
  catalogue: folder(
    'Folder of the catalogue that recommendations come from.',
    'catalogues/demo of the installation',
    ({ installation }) => join(installation, 'catalogues', 'demo'),
  ),
  page: folder('Folder of the built page.', 'apps/web/dist of the installation', ({ installation }) =>
    join(installation, 'apps', 'web', 'dist'),
  ),
  predictBodyMebibytesMax: integer(
    1,
    256,
    'MiB',
    'Largest body of `POST /predict` and of an inference call, over REST and gRPC.',
    16,
  ),
  uploadMebibytesMax: integer(1, 512, 'MiB', 'Largest geometry file, with its form around it.', 64),
  requestSecondsMax: integer(1, 3600, 's', 'Longest time a request may take to arrive.', 60),
  predictSecondsMax: integer(1, 3600, 's', 'Longest time one prediction may compute.', 30),
  geometrySecondsMax: integer(1, 3600, 's', 'Longest time one geometry file may take.', 20),
  workers: integer(
    1,
    64,
    'processes',
    'Processes that serve the same ports; one that ends is replaced. Queues, threads and memory are of each.',
    1,
  ),
  threads: integer(1, 64, 'threads', 'Threads for geometry files, and as many again for large predictions.', {
    text: 'one less than there are cores, 2 to 4',
    value: ({ cores }) => Math.min(4, Math.max(2, cores - 1)),
  }),
  modelThreadsMax: integer(
    0,
    64,
    'threads',
    'Most of these threads that one model may have at once; 0 leaves one to the other models.',
    0,
  ),
  queueMillisecondsMax: integer(
    1,
    600_000,
    'ms',
    'Longest time that a call waits before it is computed; one that would wait longer, or does, is refused.',
    5000,
  ),
  batchRowsMax: integer(
    1,
    4096,
    'rows',
    'Most rows of different calls that are computed together where calls wait; 1 turns it off.',
    64,
  ),
  batchMilliseconds: integer(
    0,
    1000,
    'ms',
    'How long a call may wait for others to be computed with it, while its model is busy.',
    0,
  ),
  answerCacheMebibytes: integer(
    0,
    4096,
    'MiB',
    'Memory for answers to `POST /predict` that are given again for the same rows; 0 keeps none.',
    0,
  ),
  logLevel: {
    placeholder: 'LEVEL',
    bounds: LOG_LEVELS.join(', '),
    sentence: 'What is logged, as lines of JSON on standard error.',
    defaultText: 'warn',
    defaultValue: () => 'warn',
    parse(texts) {
      const level = LOG_LEVELS.find((one) => one === texts.at(-1)!);
      if (level === undefined) throw new RangeError(`must be one of ${LOG_LEVELS.join(', ')}`);
      return level;
    },
  },
};

/** What follows a `--model`, in the order in which it is given. */
export const PARTS_OF_MODEL: readonly {
  readonly flag: string;
  readonly placeholder: string;
  readonly bounds: string;
  readonly sentence: string;
  readonly defaultText: string;
}[] = [
  {
    flag: 'then',
    placeholder: 'FILE',
    bounds: 'a scikit-learn file, after `--model`; repeatable',
    sentence:
      'What the file before it answers is what this one is given; one model is served, under the last name.',
    defaultText: 'none',
  },
  {
    flag: 'member',
    placeholder: 'NAME',
    bounds: 'a key or a place, after the file; repeatable',
    sentence: 'Of a file that holds several estimators one that rows go through; several in their order.',
    defaultText: 'none',
  },
];

const NAMES = Object.keys(SETTINGS) as (keyof Config)[];

export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function environmentNameOf(name: string): string {
  return `CHAMFER_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}

export type Command =
  | { readonly kind: 'serve'; readonly config: Config }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** Throws `SiteError` `SETTING_INVALID`, naming the setting and what it may be. */
export function parseCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  surroundings: Surroundings,
): Command {
  const given = readFlags(args);
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  const config: Record<string, unknown> = {};
  for (const name of NAMES) config[name] = settingValue(name, given, environment, surroundings);
  return {
    kind: 'serve',
    config: Object.freeze(requireOneProcess(requireSafeHost(config as unknown as Config))),
  };
}

function settingValue(
  name: keyof Config,
  given: ReadonlyMap<string, readonly string[]>,
  environment: Readonly<Record<string, string | undefined>>,
  surroundings: Surroundings,
): unknown {
  const setting = SETTINGS[name];
  const fromFlag = given.get(flagOf(name));
  const fromEnvironment = environment[environmentNameOf(name)];
  const source = fromFlag === undefined ? environmentNameOf(name) : `--${flagOf(name)}`;
  let texts = fromFlag;
  if (texts === undefined && fromEnvironment !== undefined && fromEnvironment !== '') {
    texts = setting.repeatable ? fromEnvironment.split(delimiter).filter(Boolean) : [fromEnvironment];
  }
  if (texts === undefined || texts.length === 0) return setting.defaultValue(surroundings);
  try {
    return setting.parse(texts, surroundings);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const what = `${source} ${JSON.stringify(texts.at(-1))}: ${cause.message}.`;
    throw new SiteError('SETTING_INVALID', what, { path: name, cause });
  }
}

/** The flags as they were given, by name; what is unknown or lacks its value is refused. */
function readFlags(args: readonly string[]): Map<string, string[]> {
  const switches = new Set([
    'help',
    'version',
    ...NAMES.filter((name) => !SETTINGS[name].placeholder).map(flagOf),
  ]);
  const known = new Set([...switches, ...NAMES.map(flagOf), ...PARTS_OF_MODEL.map(({ flag }) => flag)]);
  const options = Object.fromEntries(
    [...known].map((name) => [name, { type: switches.has(name) ? 'boolean' : 'string' } as const]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') throw refusal(`Unexpected ${JSON.stringify(token.value)}.`);
    if (token.kind !== 'option') continue;
    if (!known.has(token.name)) throw refusal(`Unknown option ${token.rawName}.`);
    const value = token.value ?? (switches.has(token.name) ? 'true' : undefined);
    if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      throw refusal(`Option ${token.rawName} needs a value.`);
    }
    const isPart = PARTS_OF_MODEL.some(({ flag }) => flag === token.name);
    const name = isPart ? 'model' : token.name;
    given.set(name, [...(given.get(name) ?? []), ...(isPart ? [token.rawName] : []), value]);
  }
  return given;
}

function refusal(what: string): SiteError {
  return new SiteError('SETTING_INVALID', `${what} Options are listed by --help.`);
}

/** Loopback as RFC 6890 has it: 127.0.0.0/8 and ::1, and the name for both. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function requireSafeHost(config: Config): Config {
  if (isLoopback(config.host) || config.trustedNetwork) return config;
  throw new SiteError(
    'SETTING_INVALID',
    `--host ${config.host}: other machines reach this address, and there is no login on it. ` +
      'Add --trusted-network if everyone who reaches it may use it.',
    { path: 'host' },
  );
}

function requireOneProcess(config: Config): Config {
  if (config.workers === 1 || config.modelControl !== 'explicit') return config;
  throw new SiteError(
    'SETTING_INVALID',
    `--workers ${config.workers}: a call that loads or unloads a model reaches one process only. ` +
      'Use --model-control poll, or one process.',
    { path: 'workers' },
  );
}
