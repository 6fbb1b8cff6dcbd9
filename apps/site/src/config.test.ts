import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Config, SETTINGS } from './config.ts';
import { SiteError } from './errors.ts';
import { helpText, settingsTable } from './help.ts';
import { singleFile } from './inference/model-files.ts';
import { parseCommand } from './parse-command.ts';

const SURROUNDINGS = { currentFolder: '/home/ada', installation: '/opt/chamfer', cores: 8 };

function serve(args: string[], environment: Record<string, string> = {}): Config {
  const command = parseCommand(args, environment, SURROUNDINGS);
  if (command.kind !== 'serve') throw new Error(`parsed as ${command.kind}`);
  return command.config;
}

function refusalOf(args: string[], environment: Record<string, string> = {}): string {
  try {
    serve(args, environment);
  } catch (error) {
    if (error instanceof SiteError && error.code === 'SETTING_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

test('the defaults serve the shipped models on loopback', () => {
  expect(serve([])).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    data: '/home/ada/.data',
    model: [],
    models: '/opt/chamfer/models',
    catalogue: '/opt/chamfer/catalogues/demo',
    workers: 1,
    threads: 4,
    trustedNetwork: false,
  });
  expect(Object.isFrozen(serve([]))).toBe(true);
});

test('the command line wins over the environment, and paths are relative to the current folder', () => {
  const environment = {
    CHAMFER_PORT: '9000',
    CHAMFER_MODEL: 'a.pkl:/b.pkl',
    CHAMFER_TRUSTED_NETWORK: 'true',
  };
  const config = serve(['--port=8080', '--data', 'd'], environment);
  expect(config).toMatchObject({ port: 8080, data: '/home/ada/d', trustedNetwork: true });
  expect(config.model).toEqual(['/home/ada/a.pkl', '/b.pkl'].map(singleFile));
  expect(serve(['--model', 'x.pkl', '--model=y.pkl']).model).toEqual(
    ['/home/ada/x.pkl', '/home/ada/y.pkl'].map(singleFile),
  );
});

test('files and members follow the model that they belong to', () => {
  const words = [
    '--model',
    'a.pkl',
    '--member',
    'scaler',
    '--member',
    'svd',
    '--then',
    'b.pkl',
    '--member',
    '0',
  ];
  expect(serve([...words, '--model', 'c.pkl']).model).toEqual([
    [
      { path: '/home/ada/a.pkl', members: ['scaler', 'svd'] },
      { path: '/home/ada/b.pkl', members: ['0'] },
    ],
    singleFile('/home/ada/c.pkl'),
  ]);
  expect(serve([], { CHAMFER_MODEL: 'a.pkl:--then:b.pkl' }).model[0]).toHaveLength(2);
  expect(refusalOf(['--then', 'b.pkl'])).toContain('--then goes after a file');
});

describe('refuses in one line', () => {
  test.each([
    ['an unknown option', ['--prot', '80'], 'Unknown option --prot. Options are listed by --help.'],
    ['a stray word', ['serve'], 'Unexpected "serve". Options are listed by --help.'],
    ['a missing value', ['--port'], 'Option --port needs a value. Options are listed by --help.'],
    [
      'another option for a value',
      ['--port', '--host', 'x'],
      'Option --port needs a value. Options are listed by --help.',
    ],
    ['a port that is none', ['--port', '70000'], '--port "70000": must be an integer from 0 to 65535.'],
    ['an empty port', ['--port', ''], '--port "": must be an integer from 0 to 65535.'],
    [
      'a level that is none',
      ['--log-level', 'loud'],
      '--log-level "loud": must be one of silent, error, warn, info, debug.',
    ],
    ['a host that is none', ['--host', 'a b'], '--host "a b": must be an address such as 127.0.0.1.'],
  ])('%s', (_, args, message) => {
    expect(refusalOf(args)).toBe(message);
  });

  test('a bad value in the environment, by the name of the variable', () => {
    expect(refusalOf([], { CHAMFER_WORKERS: 'many' })).toBe(
      'CHAMFER_WORKERS "many": must be an integer from 1 to 64.',
    );
  });
});

test('an address that others reach needs --trusted-network', () => {
  expect(refusalOf(['--host', '0.0.0.0'])).toContain('Add --trusted-network');
  expect(serve(['--host', '0.0.0.0', '--trusted-network']).host).toBe('0.0.0.0');
  for (const host of ['localhost', '::1', '127.8.9.1']) expect(serve(['--host', host]).host).toBe(host);
});

test('help and version are asked for by name', () => {
  for (const flag of ['--help', '-h']) expect(parseCommand([flag], {}, SURROUNDINGS).kind).toBe('help');
  expect(parseCommand(['--version'], {}, SURROUNDINGS).kind).toBe('version');
  for (const setting of Object.values(SETTINGS))
    expect(helpText()).toContain(setting.sentence.replaceAll('`', ''));
});

test('docs/reference/settings.md holds the table of the settings', () => {
  const document = readFileSync(new URL('../../../docs/reference/settings.md', import.meta.url), 'utf8');
  expect(document).toContain(settingsTable());
});
