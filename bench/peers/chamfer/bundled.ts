/** Chamfer as the container has it: bundled. Only its start, memory and size are measured; what it runs is the same. */
import { join } from 'node:path';
import { bundleSite } from '../../../scripts/bundle-site.ts';
import { repositoryRoot } from '../../../scripts/pinned-node.mjs';
import type { Peer } from '../peer.ts';
import { chamfer } from './peer.ts';

const inRepository = (...names: string[]): string => join(repositoryRoot, ...names);

/** Where `npm run bench -- peers` bundles it. */
const BUNDLE = inRepository('bench', 'work', 'bundle');
/** What an installation has beside the bundle and Node.js; of ONNX Runtime the files for this platform. */
const BESIDES = [
  inRepository('apps', 'web', 'dist'),
  inRepository('models'),
  inRepository('catalogues'),
  inRepository('node_modules', 'onnxruntime-common'),
  inRepository('node_modules', 'onnxruntime-node', 'dist'),
  inRepository('node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'linux', process.arch),
];

export const CHAMFER_FILES: readonly string[] = [BUNDLE, ...BESIDES, process.execPath];

export async function bundleChamfer(): Promise<void> {
  await bundleSite(BUNDLE);
}

export const chamferBundled: Peer = {
  ...chamfer,
  name: 'chamfer-bundled',
  title: 'Chamfer, as in the container',
  start(context) {
    const {
      program,
      arguments: [, ...options],
    } = chamfer.start(context);
    return {
      program,
      arguments: [
        join(BUNDLE, 'main.js'),
        ...options,
        ...['--models', inRepository('models')],
        ...['--catalogue', inRepository('catalogues', 'demo')],
        ...['--page', inRepository('apps', 'web', 'dist')],
      ],
    };
  },
};
