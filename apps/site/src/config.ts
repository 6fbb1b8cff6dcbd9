/**
 * Every setting of a site: name, unit, default, bounds, one sentence. Read once from the command line (first) and
 * the environment (second) by `parse-command.ts`, validated, frozen. Refuses values out of bounds.
 */
import { join, resolve } from 'node:path';
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
    'How often the folder of models is looked at, with `--model-control poll`, and a server that was not there is looked for.',
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
    'Memory for answers that are given again for the same rows or tensors; 0 keeps none.',
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

export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function environmentNameOf(name: string): string {
  return `CHAMFER_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}

/** Loopback as RFC 6890 has it: 127.0.0.0/8 and ::1, and the name for both. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
