import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { pageRoutes } from './page-files.ts';

test('serves exactly the files of the folder, documents under their clean addresses', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  mkdirSync(join(folder, 'guide'));
  for (const name of ['index.html', 'docs.html', 'guide/index.html', 'assets/app-1a2b.js', '.hidden']) {
    writeFileSync(join(folder, name), name);
  }
  const urls = pageRoutes(folder).map((route) => route.url);
  expect(urls.sort()).toEqual(['/', '/assets/app-1a2b.js', '/docs', '/guide']);
});

test('a page that is not built leaves one address, which says so', () => {
  const routes = pageRoutes(join(tmpdir(), 'chamfer-no-such-page'));
  expect(routes.map((route) => route.url)).toEqual(['/']);
  expect(() => routes[0]!.handle({} as never, {} as never)).toThrow('`npm start` builds it');
});
