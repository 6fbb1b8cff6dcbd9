/** The text of `--help` and the table of docs/reference/settings.md: both are made from the settings themselves. */
import { type Config, environmentNameOf, flagOf, SETTINGS } from './config.ts';

const EXAMPLES = [
  ['npm start', 'the shipped models and the demo catalogue'],
  ['npm start -- --model path/to/model.pkl', 'a model of your own'],
  ['npm start -- --port 8080 --data /var/lib/chamfer', 'another port, another folder'],
] as const;

const NAMES = Object.keys(SETTINGS) as (keyof Config)[];

export function helpText(): string {
  const flags = NAMES.map((name) => {
    const { placeholder, sentence, bounds, defaultText } = SETTINGS[name];
    const usage = `--${flagOf(name)}${placeholder === undefined ? '' : ` ${placeholder}`}`;
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
  const rows = NAMES.map((name) => {
    const { sentence, bounds, defaultText } = SETTINGS[name];
    return `| \`--${flagOf(name)}\` | \`${environmentNameOf(name)}\` | ${bounds} | ${defaultText} | ${sentence} |`;
  });
  return [
    '| option | environment | unit and bounds | default | what it does |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
