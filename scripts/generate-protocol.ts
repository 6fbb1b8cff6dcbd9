/**
 * Makes protocol/generated from the definitions beside it. Needed only when a definition changes, so the compiler is
 * no dependency: npm fetches it for this once.
 *
 *   node scripts/generate-protocol.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './pinned-node.mjs';

const PROTOCOL = join(repositoryRoot, 'protocol');
const TOOLS = ['@bufbuild/buf@1.75.0', '@bufbuild/protoc-gen-es@2.17.0'];

function buf(args: readonly string[], folder: string): void {
  const packages = TOOLS.flatMap((tool) => ['--package', tool]);
  const { status } = spawnSync('npx', ['--yes', ...packages, '--', 'buf', ...args], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`buf ${args[0]} failed.`);
}

const folder = mkdtempSync(join(tmpdir(), 'chamfer-protocol-'));
try {
  const modules = ['triton', 'grpc-proto'].map((name) => ({ path: join('protocol', name) }));
  const input = join(folder, 'definitions.binpb');
  const compile = ['build', '--config', JSON.stringify({ version: 'v2', modules }), '--output', input];
  // Without the comments of the definitions, which are longer than the code.
  buf([...compile, '--exclude-source-info'], repositoryRoot);
  const template = join(folder, 'buf.gen.json');
  const opt = ['target=ts', 'import_extension=ts', 'erasable_syntax=true'];
  const out = join(PROTOCOL, 'generated');
  writeFileSync(
    template,
    JSON.stringify({ version: 'v2', clean: true, plugins: [{ local: 'protoc-gen-es', out, opt }] }),
  );
  buf(['generate', '--template', template, input], folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
