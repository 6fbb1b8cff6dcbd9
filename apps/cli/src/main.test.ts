import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../../scripts/pinned-node.mjs';

const main = readFileSync(join(import.meta.dirname, 'main.ts'), 'utf8');
const document = readFileSync(join(repositoryRoot, 'docs/reference/commands.md'), 'utf8');

/** Each `.command('...')` of main.ts with the options that follow it. */
function declaredCommands(): Map<string, string[]> {
  const [, ...parts] = main.split(".command('");
  return new Map(
    parts.map((part) => [
      part.slice(0, part.indexOf("'")),
      [...part.matchAll(/\.(?:requiredOption|option)\(\s*'([^']+)'/g)].map(([, option]) => option!),
    ]),
  );
}

/** Each section of commands.md with the options of its table. */
function documentedCommands(): Map<string, string[]> {
  const [, ...parts] = document.split('\n## `chamfer ');
  return new Map(
    parts.map((part) => [
      part.slice(0, part.indexOf('`')),
      [...part.matchAll(/^\| `(--[^`]+)` \|/gm)].map(([, option]) => option!),
    ]),
  );
}

describe('main.ts', () => {
  test('docs/reference/commands.md has every command and every option, and no other', () => {
    const sorted = (commands: Map<string, string[]>) => [...commands].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(declaredCommands().size).toBeGreaterThan(5);
    expect(sorted(documentedCommands())).toEqual(sorted(declaredCommands()));
  });

  test('loads nothing but the parser of the command line before a command is used', () => {
    expect([...main.matchAll(/^import .* from '([^']+)'/gm)].map(([, name]) => name)).toEqual(['commander']);
  });

  test('every command has examples in its help', () => {
    expect(main.match(/\\nExamples?:/g)).toHaveLength(declaredCommands().size);
  });
});
