/** Holds the whole repository to its plan: who may import whom, how long things are, what is forbidden where. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../scripts/pinned-node.mjs';

/** Which workspace may import which others: the table of ARCHITECTURE.md, row by row. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/sklearn': [],
  'packages/geometry': [],
  'packages/vectors': [],
  'packages/contracts': [],
  'packages/client': ['packages/contracts'],
  'apps/site': ['packages/contracts', 'packages/sklearn', 'packages/geometry', 'packages/vectors'],
  'apps/web': ['packages/client', 'packages/contracts', 'packages/geometry'],
  'apps/cli': [
    'packages/client',
    'packages/contracts',
    'packages/geometry',
    'packages/sklearn',
    'packages/vectors',
  ],
};

/** Inside the site: edges call features, features call storage. `site.ts` sees everything, and `main.ts` what starts it. */
const SITE_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  http: ['inference', 'designs', 'recommendations', 'workers', 'config.ts', 'errors.ts'],
  recommendations: ['inference', 'designs', 'storage', 'errors.ts'],
  designs: ['inference', 'storage', 'workers', 'errors.ts'],
  grpc: ['inference', 'workers', 'config.ts', 'errors.ts', 'protocol'],
  inference: ['storage', 'workers', 'errors.ts', 'protocol'],
  processes: ['storage', 'errors.ts'],
  workers: ['errors.ts'],
  storage: ['errors.ts'],
  'config.ts': ['errors.ts'],
  'help.ts': ['config.ts'],
  'parse-command.ts': ['config.ts', 'errors.ts'],
};

/** The only files of the site that may open a connection to somewhere else. */
const OUTBOUND_ALLOWED = [
  'apps/site/src/outbox/send.ts',
  'apps/site/src/releases/fetch.ts',
  'apps/site/src/inference/runtimes/remote.ts',
];

const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MAX = 400;
const LONGER_BECAUSE = /Longer than 400 lines because/;
const FORBIDDEN_FOLDERS = /(^|\/)(shared|utils|helpers|common|manager)(\/|$)/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|worker|config|d))*\.(ts|tsx|mjs|mts|css|html)$/;

interface SourceFile {
  readonly path: string;
  readonly workspace: string;
  readonly text: string;
  readonly lines: number;
  readonly isTest: boolean;
}

const files: readonly SourceFile[] = globSync('{packages,apps,scripts,tests,bench}/**/*.{ts,tsx,mjs}', {
  cwd: repositoryRoot,
  exclude: (path) => /(^|\/)(node_modules|dist|work|fixtures)$/.test(path),
})
  .sort()
  .map((path) => {
    const text = readFileSync(join(repositoryRoot, path), 'utf8');
    return {
      path,
      workspace: path.split('/').slice(0, 2).join('/'),
      text,
      lines: text.split('\n').length - 1,
      isTest: path.startsWith('tests/') || /\.test\.tsx?$/.test(path),
    };
  });

const parsed = new Map(files.map((file) => [file.path, parseSync(file.path, file.text)]));

/** Every module a file names: static, re-exported and dynamic imports. */
function importsOf(file: SourceFile): string[] {
  const module = parsed.get(file.path)!.module;
  const named = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value ?? '')),
    ...module.dynamicImports.map((one) =>
      file.text.slice(one.moduleRequest.start, one.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ];
  return named.filter((name) => name !== '');
}

/** The workspace that an import leads to; null for one from outside the repository. */
function targetOf(file: SourceFile, imported: string): string | null {
  if (imported.startsWith('@chamfer/')) {
    const name = imported.split('/')[1]!;
    return ['site', 'web', 'cli', 'hub'].includes(name) ? `apps/${name}` : `packages/${name}`;
  }
  if (!imported.startsWith('.')) return null;
  return join(dirname(file.path), imported).split('/').slice(0, 2).join('/');
}

/** Where an import of ours leads, as a path in the repository; null for one from outside of it. */
function resolveImport(from: string, imported: string): string | null {
  if (imported.startsWith('.')) return join(dirname(from), imported);
  const ours = /^@chamfer\/(\w+)(\/.+)?$/.exec(imported);
  if (ours === null) return null;
  const folder = `packages/${ours[1]}`;
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8'));
  return join(folder, manifest.exports[`.${ours[2] ?? ''}`]);
}

/** Packages from outside that are loaded with a file, before anything of it runs. */
function loadedPackages(entry: string): string[] {
  const seen = new Set<string>([entry]);
  const outside = new Set<string>();
  for (const path of seen) {
    const { staticImports, staticExports } = parsed.get(path)!.module;
    const named = [
      ...staticImports
        .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
        .map(({ moduleRequest }) => moduleRequest.value),
      ...staticExports.flatMap(({ entries }) =>
        entries.flatMap(({ isType, moduleRequest }) => (isType ? [] : (moduleRequest?.value ?? []))),
      ),
    ];
    for (const imported of named) {
      const target = resolveImport(path, imported);
      if (target !== null && parsed.has(target)) seen.add(target);
      else if (!/^node:|\.json$/.test(imported)) outside.add(imported);
    }
  }
  return [...outside].sort();
}

describe('imports', () => {
  const inWorkspaces = files.filter((file) => /^(packages|apps)\//.test(file.path) && !file.isTest);

  test('every workspace has its row in the table', () => {
    expect(
      [...new Set(inWorkspaces.map((file) => file.workspace))].filter((name) => !(name in MAY_IMPORT)),
    ).toEqual([]);
  });

  test('no workspace imports one that it may not', () => {
    const violations = inWorkspaces.flatMap((file) =>
      importsOf(file)
        .map((imported) => [imported, targetOf(file, imported)] as const)
        .filter(
          ([, target]) => target !== null && /^(packages|apps)\//.test(target) && target !== file.workspace,
        )
        .filter(([, target]) => !MAY_IMPORT[file.workspace]!.includes(target!))
        .map(([imported]) => `${file.path} imports ${imported}`),
    );
    expect(violations).toEqual([]);
  });

  test('packages reach each other by name, never by path', () => {
    const violations = inWorkspaces.flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported.startsWith('.'))
        .filter((imported) => /^(packages|apps)\//.test(targetOf(file, imported)!))
        .filter((imported) => targetOf(file, imported) !== file.workspace)
        .map((imported) => `${file.path} imports ${imported}`),
    );
    expect(violations).toEqual([]);
  });

  test('inside the site, edges call features and features call storage', () => {
    const roomOf = (path: string): string => path.replace('apps/site/src/', '').split('/')[0]!;
    const violations = inWorkspaces
      .filter(
        (file) => /^apps\/site\/src\//.test(file.path) && !/src\/(main|site|config)\.ts$/.test(file.path),
      )
      .flatMap((file) =>
        importsOf(file)
          .filter((imported) => imported.startsWith('.'))
          .map((imported) => roomOf(join(dirname(file.path), imported)))
          .filter((room) => room !== roomOf(file.path) && !SITE_MAY_IMPORT[roomOf(file.path)]?.includes(room))
          .map((room) => `${file.path} imports ${room}`),
      );
    expect(violations).toEqual([]);
  });

  test('a start loads the libraries that every site needs, and a thread none', () => {
    expect(loadedPackages('apps/site/src/main.ts')).toEqual(['pino']);
    expect(loadedPackages('apps/site/src/site.ts')).toEqual(['fastify']);
    expect(loadedPackages('apps/site/src/inference/predict-worker.ts')).toEqual([]);
    expect(loadedPackages('apps/site/src/designs/geometry-worker.ts')).toEqual([]);
  });

  test('the table in ARCHITECTURE.md is this one', () => {
    const document = readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8');
    for (const [workspace, allowed] of Object.entries(MAY_IMPORT)) {
      const row = `| \`${workspace}\` | ${allowed.map((name) => `\`${name}\``).join(' ') || 'nothing of ours'} |`;
      expect(document).toContain(row);
    }
  });
});

describe('lengths and names', () => {
  test(`functions have at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long: string[] = [];
    for (const file of files.filter((one) => !one.isTest)) {
      const lineOf = (offset: number): number => file.text.slice(0, offset).split('\n').length;
      const measure = (node: { start: number; end: number }): void => {
        const lines = lineOf(node.end) - lineOf(node.start) + 1;
        if (lines > FUNCTION_LINES_MAX) long.push(`${file.path}:${lineOf(node.start)} has ${lines}`);
      };
      new Visitor({
        FunctionDeclaration: measure,
        FunctionExpression: measure,
        ArrowFunctionExpression: measure,
      }).visit(parsed.get(file.path)!.program);
    }
    expect(long).toEqual([]);
  });

  test(`files have at most ${FILE_LINES_MAX} lines, or say why at their top`, () => {
    const long = files
      .filter((file) => file.lines > FILE_LINES_MAX && !LONGER_BECAUSE.test(file.text.slice(0, 1000)))
      .map((file) => `${file.path} has ${file.lines}`);
    expect(long).toEqual([]);
  });

  test('files open with what they are for', () => {
    const silent = files
      .filter((file) => !file.isTest && !/^(#!.*\n)?\/\*\*/.test(file.text))
      .map((file) => file.path);
    expect(silent.filter((path) => !path.endsWith('.d.ts'))).toEqual([]);
  });

  test('names are kebab-case, and no folder is a drawer for everything', () => {
    expect(
      files.map((file) => file.path).filter((path) => !KEBAB_CASE.test(path.split('/').at(-1)!)),
    ).toEqual([]);
    expect(files.map((file) => dirname(file.path)).filter((path) => FORBIDDEN_FOLDERS.test(path))).toEqual(
      [],
    );
  });

  test('every file parses', () => {
    expect([...parsed].filter(([, result]) => result.errors.length > 0).map(([path]) => path)).toEqual([]);
  });
});

describe('what may not be reached', () => {
  /** Identifiers used as values anywhere in a file, and members such as `globalThis.fetch`. */
  function namesUsed(file: SourceFile): Set<string> {
    const names = new Set<string>();
    new Visitor({ Identifier: (node) => names.add(node.name) }).visit(parsed.get(file.path)!.program);
    return names;
  }

  test('packages/sklearn runs no code, opens nothing and depends on nothing', () => {
    const sources = files.filter((file) => file.workspace === 'packages/sklearn' && !file.isTest);
    expect(sources.length).toBeGreaterThan(0);
    const forbidden = [
      'eval',
      'Function',
      'require',
      'process',
      'fetch',
      'WebSocket',
      'Worker',
      'globalThis',
    ];
    for (const file of sources) {
      expect(
        importsOf(file).filter((name) => !name.startsWith('.')),
        file.path,
      ).toEqual([]);
      expect(parsed.get(file.path)!.module.dynamicImports, file.path).toEqual([]);
      const names = namesUsed(file);
      expect(
        forbidden.filter((name) => names.has(name)),
        file.path,
      ).toEqual([]);
    }
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'packages/sklearn/package.json'), 'utf8'));
    expect(manifest.dependencies).toBeUndefined();
  });

  test('only three files of the site may open outbound connections', () => {
    const outboundModules = /^(node:)?(net|tls|http|https|http2|dgram|undici)$/;
    const suspects = files
      .filter(
        (file) => file.workspace === 'apps/site' && !file.isTest && !OUTBOUND_ALLOWED.includes(file.path),
      )
      .filter((file) => {
        const names = namesUsed(file);
        const modules = parsed.get(file.path)!.module.staticImports;
        const opens = modules.some(
          (one) =>
            outboundModules.test(one.moduleRequest.value) &&
            one.entries.some(
              (entry) =>
                !entry.isType &&
                /^(request|get|connect|createConnection|Socket|Agent|default)$/.test(
                  entry.importName.name ?? 'default',
                ),
            ),
        );
        return (
          opens || ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'].some((name) => names.has(name))
        );
      })
      .map((file) => file.path);
    expect(suspects).toEqual([]);
  });

  test('only storage knows the database', () => {
    const others = files
      .filter((file) => file.workspace === 'apps/site' && !file.path.startsWith('apps/site/src/storage/'))
      .filter((file) => importsOf(file).includes('node:sqlite'))
      .map((file) => relative('apps/site/src', file.path));
    expect(others).toEqual([]);
  });
});
