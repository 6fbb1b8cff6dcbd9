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
  'designs/geometry-worker',
  'inference/predict-worker',
  'inference/runtimes/onnx-probe',
] as const;

/** Stays a package of its own, beside the bundle: its native library is found from its place. */
const NATIVE = /^onnxruntime-/;

/**
 * `folder` stands for `apps/site/src`: the same entries in the same places. Not minified: it starts as fast, stack traces
 * can be read, and so can the code by whoever must approve it.
 */
export async function bundleSite(folder: string): Promise<void> {
  const sources = join(repositoryRoot, 'apps', 'site', 'src');
  const bundle = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(sources, `${name}.ts`)])),
    platform: 'node',
    external: NATIVE,
    logLevel: 'warn',
  });
  await bundle.write({
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
}
