/**
 * The tables of docs/reference/limits.md: what the pickle reader counts, and what the estimators bound, each with the
 * words that stand beside it in the code. Constants without words are of a file format and no limits of ours.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICKLE_LIMITS, type PickleLimits } from '../packages/sklearn/src/pickle/limits.ts';
import { repositoryRoot } from './pinned-node.mjs';

export const LIMITS_DOCUMENT: string = join(repositoryRoot, 'docs/reference/limits.md');
/** Names of constants that are numbers of a formula or of an order, and no bound on what a file may ask for. */
const OF_FORMULAS: ReadonlySet<string> = new Set([
  'ZERO_MAX',
  'EXPONENT_MAX',
  'STEP_MAX',
  'SERIES_MAX',
  'INSERTION_LENGTH_MAX',
  'SUMS_MAX',
]);
const SOURCES = join(repositoryRoot, 'packages/sklearn/src');

/** The words of a comment, on one line. */
function sentence(comment: string): string {
  return comment
    .replace(/^\s*(\*|\/\/)? ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The rows of the reader's limits, in their order: name, value, what is counted, why this much. */
function readerRows(): string[] {
  const text = readFileSync(join(SOURCES, 'pickle/limits.ts'), 'utf8');
  let reason = '';
  return Object.entries(PICKLE_LIMITS as Readonly<Record<keyof PickleLimits, number>>).map(
    ([name, value]) => {
      const what = new RegExp(`/\\*\\* ([^/]*) \\*/\\n *readonly ${name}: number;`).exec(text)?.[1];
      const why = new RegExp(`((?:^ *// .*\\n)*)^ *${name}: .*,$`, 'm').exec(text)?.[1];
      if (what === undefined || why === undefined)
        throw new Error(`PICKLE_LIMITS.${name} is not documented.`);
      // One that has no words of its own belongs to the one above it.
      if (why !== '') reason = sentence(why);
      return `| \`${name}\` | ${value.toLocaleString('en')} | ${sentence(what)} | ${reason} |`;
    },
  );
}

/** The rows of every other bound of the package that has words: file, name, value. */
function constantRows(): string[] {
  const files = globSync('**/*.ts', { cwd: SOURCES, exclude: (path) => path.endsWith('.test.ts') }).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(SOURCES, file), 'utf8');
    const found = text.matchAll(
      /^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?const (\w+_(?:MAX|ALWAYS_ALLOWED|PER_INPUT_BYTE))(?:: number)? = (.*);$/gm,
    );
    return found
      .filter(([, , name]) => !OF_FORMULAS.has(name!))
      .map(([, words, name, value]) => `| \`${name}\` | \`${value}\` | ${sentence(words!)} | \`${file}\` |`)
      .toArray();
  });
}

export function limitsTables(): readonly string[] {
  return [
    '| limit of a file | value | what is counted | why |',
    '|---|---|---|---|',
    ...readerRows(),
    '',
    '| bound | value | of what | where in `packages/sklearn/src` |',
    '|---|---|---|---|',
    ...constantRows(),
  ];
}
