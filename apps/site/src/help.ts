/** The text of `--help` and the table of docs/reference/settings.md: both are made from the settings themselves. */
import { type Config, environmentNameOf, flagOf, PARTS_OF_MODEL, SETTINGS } from './config.ts';

const EXAMPLES = [
  ['npm start', 'the shipped models and the demo catalogue'],
  ['npm start -- --model path/to/model.pkl', 'a model of your own'],
  ['npm start -- --port 8080 --data /var/lib/chamfer', 'another port, another folder'],
] as const;

const NAMES = Object.keys(SETTINGS) as (keyof Config)[];

interface Entry {
  readonly flag: string;
  /** `null` for what only the command line can say. */
  readonly environment: string | null;
  readonly placeholder?: string;
  readonly bounds: string;
  readonly sentence: string;
  readonly defaultText: string;
}

/** Every option in the order of its importance; what belongs to a model follows it. */
function entries(): readonly Entry[] {
  return NAMES.flatMap((name): Entry[] => {
    const own = { ...SETTINGS[name], flag: flagOf(name), environment: environmentNameOf(name) };
    const parts = Object.entries(PARTS_OF_MODEL).map(([flag, part]) => ({
      ...part,
      flag,
      environment: null,
    }));
    return name === 'model' ? [own, ...parts] : [own];
  });
}

export function helpText(): string {
  const flags = entries().map(({ flag, placeholder, sentence, bounds, defaultText }) => {
    const usage = `--${flag}${placeholder === undefined ? '' : ` ${placeholder}`}`;
    return `  ${usage}\n      ${sentence.replaceAll('`', '')}\n      ${bounds}; default: ${defaultText}\n`;
  });
  const width = Math.max(...EXAMPLES.map(([command]) => command.length));
  return [
    'Chamfer site: serves models and design recommendations on this machine.',
    '',
    'Usage: npm start -- [OPTION ...]',
    '',
    ...flags,
    '  --help, -h\n      Prints this.\n',
    '  --version\n      Prints the version.\n',
    'Every option may stand in the environment instead, such as CHAMFER_PORT for --port.',
    '',
    'Examples:',
    ...EXAMPLES.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`),
    '',
  ].join('\n');
}

/** Rows of the reference, one a setting. */
export function settingsTable(): string {
  const rows = entries().map(({ flag, environment, sentence, bounds, defaultText }) => {
    return `| \`--${flag}\` | ${environment === null ? 'in `CHAMFER_MODEL`' : `\`${environment}\``} | ${bounds} | ${defaultText} | ${sentence} |`;
  });
  return [
    '| option | environment | unit and bounds | default | what it does |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
