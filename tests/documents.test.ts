/** Holds the documents to the code: what they name exists, what must be named in them is. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withGenerated } from '../scripts/estimators-table.ts';
import { LIMITS_DOCUMENT, limitsTables } from '../scripts/limits-table.ts';
import { repositoryRoot } from '../scripts/pinned-node.mjs';

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

const documents = globSync(
  '{*.md,docs/**/*.md,models/**/*.md,catalogues/**/*.md,training/*.md,bench/**/*.md,packages/*/*.md}',
  {
    cwd: repositoryRoot,
    exclude: (path) => /(^|\/)(node_modules|work)$/.test(path),
  },
);
const manifests = globSync('{package.json,{packages,apps}/*/package.json}', { cwd: repositoryRoot });

describe('documents', () => {
  test('every link to a file of the repository leads somewhere', () => {
    const broken: string[] = [];
    for (const path of documents) {
      for (const [, target] of read(path).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        if (!existsSync(join(repositoryRoot, dirname(path), target!))) broken.push(`${path}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('every npm script that a document tells to run exists', () => {
    const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>;
    const missing: string[] = [];
    for (const path of documents) {
      for (const [, name] of read(path).matchAll(/npm run ([a-z:-]+)/g))
        if (!(name! in scripts)) missing.push(`${path}: ${name}`);
    }
    expect(missing).toEqual([]);
  });

  test('docs/reference/limits.md is what `npm run document` makes', () => {
    const document = readFileSync(LIMITS_DOCUMENT, 'utf8');
    expect(withGenerated(document, limitsTables())).toBe(document);
  });

  test('decisions are numbered in order, each number once, as their titles say', () => {
    const decisions = documents.filter((path) => /^docs\/decisions\/\d/.test(path)).sort();
    const titles = decisions.map((path) => /^# (\d+)\. /.exec(read(path))?.[1]);
    expect(titles).toEqual(decisions.map((_, index) => `${index + 1}`));
  });

  test('every dependency stands in a decision', () => {
    const decisions = documents
      .filter((path) => path.startsWith('docs/decisions/'))
      .map(read)
      .join('\n');
    const unexplained = manifests.flatMap((path) => {
      const manifest = JSON.parse(read(path));
      const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
        Object.keys(manifest[kind] ?? {}),
      );
      return names.filter((name) => !name.startsWith('@chamfer/') && !decisions.includes(`\`${name}\``));
    });
    expect(unexplained).toEqual([]);
  });

  test('every dependency is pinned exactly', () => {
    const loose = manifests.flatMap((path) => {
      const manifest = JSON.parse(read(path));
      return ['dependencies', 'devDependencies', 'optionalDependencies']
        .flatMap((kind) => Object.entries<string>(manifest[kind] ?? {}))
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`);
    });
    expect(loose).toEqual([]);
  });

  test('the lockfile holds no address to fetch from', () => {
    const packages = JSON.parse(read('package-lock.json')).packages as Record<string, { resolved?: string }>;
    expect(Object.values(packages).filter((one) => one.resolved?.includes('://'))).toEqual([]);
  });

  test('the lockfile holds the optional packages of every platform, which npm leaves out where it cannot see them', () => {
    const packages = JSON.parse(read('package-lock.json')).packages as Record<
      string,
      { optionalDependencies?: Record<string, string> }
    >;
    const paths = Object.keys(packages);
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('the changelog and the workspaces agree on the version', () => {
    const versions = new Set(manifests.map((path) => JSON.parse(read(path)).version));
    expect(versions.size).toBe(1);
    expect(read('CHANGELOG.md')).toMatch(/## \[(Unreleased|\d+\.\d+\.\d+)\]/);
  });

  test('docs/reference/speed.md names every cell where the committed run found scikit-learn faster', () => {
    interface Cell {
      readonly cell: number | string;
      readonly ratio: { readonly median: number };
    }
    const { tasks } = JSON.parse(read('bench/results/library.json')) as {
      tasks: { task: { name: string }; cells: Cell[] }[];
    };
    const slower = tasks.flatMap(({ task, cells }) => {
      const sizes = cells
        .filter(({ cell, ratio }) => typeof cell === 'number' && ratio.median < 0.95)
        .map(({ cell, ratio }) => `${cell.toLocaleString('en-US')} (x ${ratio.median.toFixed(2)})`);
      return sizes.length === 0 ? [] : [`| \`${task.name}\` | ${sizes.join(', ')} |`];
    });
    const named = read('docs/reference/speed.md').match(/^\| `[^|]*\|[^|]*\|/gm) ?? [];
    expect(named).toEqual(slower);
  });
});
