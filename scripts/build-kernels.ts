/** Assembles the kernels of packages/sklearn into the file that carries them: `node scripts/build-kernels.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleKernels } from '../packages/sklearn/kernels/kernels.ts';
import { repositoryRoot } from './pinned-node.mjs';

const LINE = 96;
const text = Buffer.from(assembleKernels()).toString('base64');
const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];

writeFileSync(
  join(repositoryRoot, 'packages/sklearn/src/simd/kernel-bytes.ts'),
  `/** Written by \`node scripts/build-kernels.ts\` from \`kernels/\`; a test compares. Base64. */
export const KERNEL_BYTES: string = \`
${lines.join('\n')}
\`;
`,
);
