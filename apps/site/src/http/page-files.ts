/**
 * The built page as a closed list of files, read into memory once: no request can reach anything else. A folder
 * that is missing is an empty list: the API works without its page.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { SiteError } from '../errors.ts';
import type { Route } from './route.ts';
import { type FileContent, sendFile } from './send-file.ts';

/** The page has about 2 MB; a folder above this was named by mistake. */
const PAGE_BYTES_MAX = 64 * 2 ** 20;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.stl': 'model/stl',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Inline styles are how the component library sets its colours; everything else comes from files of this site. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self' blob:; " +
  "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The build puts files whose name changes with their content here. */
const HASHED = /^\/assets\//;

/** One route a file; `/` and `/docs` are documents of their own. */
export function pageRoutes(folder: string): Route[] {
  const files = readPage(folder);
  const routes = [...files].map(([url, file]) => fileRoute(url, file));
  return files.has('/') ? routes : [...routes, missingPageRoute()];
}

function readPage(folder: string): Map<string, FileContent> {
  const files = new Map<string, FileContent>();
  let total = 0;
  for (const name of listFiles(folder)) {
    const path = join(folder, name);
    total += statSync(path).size;
    if (total > PAGE_BYTES_MAX) {
      throw new SiteError(
        'SETTING_INVALID',
        `--page ${folder} holds more than a page: over ${PAGE_BYTES_MAX} bytes.`,
      );
    }
    const bytes = readFileSync(path);
    const url = `/${name.replaceAll('\\', '/')}`
      .replace(/(?<=\/)index\.html$/, '')
      .replace(/(?<=.)\/$|\.html$/, '');
    files.set(url, {
      bytes,
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      digest: hash('sha256', bytes).slice(0, 32),
      isImmutable: HASHED.test(url),
    });
  }
  return files;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}

function fileRoute(url: string, file: FileContent): Route {
  return {
    method: 'GET',
    url,
    operation: null,
    handle(request, reply) {
      if (file.type.startsWith('text/html')) reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      return sendFile(request, reply, file);
    },
  };
}

function missingPageRoute(): Route {
  return {
    method: 'GET',
    url: '/',
    operation: null,
    handle() {
      throw new SiteError(
        'NOT_FOUND',
        'The page is not built here. `npm start` builds it; the API works without.',
      );
    },
  };
}
