/** Assembles the kernels of packages/sklearn and of the site into the files that carry them: `node scripts/build-kernels.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleJsonKernel } from '../apps/site/kernels/json-kernel.ts';
import { assembleKernels } from '../packages/sklearn/kernels/kernels.ts';
import { repositoryRoot } from './pinned-node.mjs';

const LINE = 96;

function write(path: string, name: string, bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  writeFileSync(
    join(repositoryRoot, path),
    `/** Written by \`node scripts/build-kernels.ts\` from \`kernels/\`; a test compares. Base64. */
export const ${name}: string = \`
${lines.join('\n')}
\`;
`,
  );
}

write('packages/sklearn/src/simd/kernel-bytes.ts', 'KERNEL_BYTES', assembleKernels());
write('apps/site/src/inference/json-kernel-bytes.ts', 'JSON_KERNEL_BYTES', assembleJsonKernel());
