/**
 * Bundles the site, and the entries of its worker threads, into plain JavaScript for the container image: smaller
 * and faster to start than the sources with their node_modules.
 */
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { repositoryRoot } from './pinned-node.mjs';

/** What the site starts by name: these keep their place, everything else goes into chunks that they import. */
const ENTRIES = [
  'main',
  'site',
  'designs/geometry-worker',
  'inference/predict-worker',
  'inference/runtimes/onnx-probe',
] as const;

/** Stays a package of its own, beside the bundle: its native library is found from its place. */
const NATIVE = /^onnxruntime-/;

/** The folder of the package that a file belongs to. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/** What the framework would load for routes with schemas, of which the site has none: `http/server.ts` refuses them. */
const NEVER_LOADED = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'];

/**
 * `folder` stands for `apps/site/src`: the same entries in the same places. Not minified: it starts as fast, stack traces
 * can be read, and so can the code by whoever must approve it. Returns the folders of the packages whose code it holds.
 */
export async function bundleSite(folder: string): Promise<string[]> {
  const sources = join(repositoryRoot, 'apps', 'site', 'src');
  const bundle = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(sources, `${name}.ts`)])),
    platform: 'node',
    external: [NATIVE, ...NEVER_LOADED],
    logLevel: 'warn',
  });
  const { output } = await bundle.write({
    dir: folder,
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const folders = modules.map((path) => PACKAGE.exec(path)?.[0]).filter((one) => one !== undefined);
  return [...new Set(folders)].sort();
}
