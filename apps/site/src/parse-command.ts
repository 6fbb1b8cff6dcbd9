/**
 * From a command line and an environment to the settings of a site. Refuses options that are unknown or lack their
 * value, and settings that do not go together.
 */
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Config,
  environmentNameOf,
  flagOf,
  isLoopback,
  PARTS_OF_MODEL,
  SETTINGS,
  type Surroundings,
} from './config.ts';
import { SiteError } from './errors.ts';

const NAMES = Object.keys(SETTINGS) as (keyof Config)[];

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
    config: Object.freeze(requireSafeHost(config as unknown as Config)),
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

function requireSafeHost(config: Config): Config {
  if (isLoopback(config.host) || config.trustedNetwork) return config;
  throw new SiteError(
    'SETTING_INVALID',
    `--host ${config.host}: other machines reach this address, and there is no login on it. ` +
      'Add --trusted-network if everyone who reaches it may use it.',
    { path: 'host' },
  );
}
