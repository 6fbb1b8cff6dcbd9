/**
 * Writes everything that the container image holds into a folder: Node.js with the libraries it loads, the bundled
 * site, the page, models, catalogue, bill of materials, licences. The Dockerfile calls it; nothing else does.
 *
 *   node scripts/assemble-image.ts BASE OUTPUT ARCHITECTURE EPOCH
 *
 * BASE is the root of the image that Node.js and its libraries are taken from, ARCHITECTURE that image's (amd64 or
 * arm64; nothing in it is run), EPOCH the seconds since 1970 that every file is dated with.
 */
import {
  chmodSync,
  cpSync,
  globSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { writeBillOfMaterials } from './bill-of-materials.ts';
import { buildPage } from './build-page.ts';
import { bundleSite } from './bundle-site.ts';
import { NODE_MAJOR, repositoryRoot } from './pinned-node.mjs';

/** What `ldd` lists for Node.js and ONNX Runtime, in Debian's folder for the architecture. */
const LIBRARIES = [
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'librt.so.1',
  'libstdc++.so.6',
  'libgcc_s.so.1',
];

/** Debian's name of the architecture, and where its programs look for their loader. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  amd64: { triplet: 'x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2', node: 'x64' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'lib/ld-linux-aarch64.so.1', node: 'arm64' },
};

interface Architecture {
  readonly triplet: string;
  readonly loader: string;
  /** What Node.js calls it. */
  readonly node: string;
}

function architectureOf(name: string): Architecture {
  const found = ARCHITECTURES[name];
  if (found !== undefined) return found;
  throw new Error(`No image is made for ${name}: only ${Object.keys(ARCHITECTURES).join(', ')}.`);
}

/** A user without name or rights elsewhere; the number is the one that such images commonly use. */
const USER_ID = 65532;

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true });
}

/** Node.js, the libraries it loads, and the names of its user: the whole operating system of the image. */
function writeRuntime(base: string, output: string, { triplet, loader }: Architecture): void {
  copy(join(base, 'usr/local/bin/node'), join(output, 'usr/local/bin/node'));
  for (const library of LIBRARIES) {
    const [file] = globSync([`usr/lib/${triplet}/${library}`, `lib/${triplet}/${library}`], { cwd: base });
    if (file === undefined) throw new Error(`The base image has no ${library}: choose one made from Debian.`);
    copy(join(base, file), join(output, 'lib', triplet, library));
  }
  const loaderName = loader.split('/').at(-1)!;
  copy(join(base, 'usr/lib', triplet, loaderName), join(output, loader));
  mkdirSync(join(output, 'etc'), { recursive: true });
  writeFileSync(join(output, 'etc/passwd'), `chamfer:x:${USER_ID}:${USER_ID}:Chamfer:/data:/sbin/nologin\n`);
  writeFileSync(join(output, 'etc/group'), `chamfer:x:${USER_ID}:\n`);
}

const ONNX_RUNTIME = ['onnxruntime-node', 'onnxruntime-common'];

/**
 * What the site loads of it: of six platforms one, and none of what its installation needs. It stands with Node.js,
 * whose layer an upgrade of the site does not move.
 */
function writeOnnxRuntime(output: string, architecture: string): void {
  const files = [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist/binding.js',
    `onnxruntime-node/bin/napi-v6/linux/${architecture}`,
    'onnxruntime-common/package.json',
    ...globSync('onnxruntime-common/dist/cjs/*.{js,json}', { cwd: join(repositoryRoot, 'node_modules') }),
  ];
  for (const name of files)
    copy(join(repositoryRoot, 'node_modules', name), join(output, 'node_modules', name));
}

/** The site as it is laid out in the repository, so that it finds its models, catalogue and page by itself. */
async function writeApp(base: string, output: string, epoch: number): Promise<void> {
  mkdirSync(output, { recursive: true });
  const bundled = await bundleSite(join(output, 'apps/site/dist'));
  await buildPage();
  copy(join(repositoryRoot, 'apps/web/dist'), join(output, 'apps/web/dist'));
  for (const name of ['models', 'catalogues', 'LICENSE', 'package.json', 'apps/site/package.json'])
    copy(join(repositoryRoot, name), join(output, name));
  copy(join(repositoryRoot, 'scripts/container-healthcheck.mjs'), join(output, 'healthcheck.mjs'));
  const packages = [...bundled, ...ONNX_RUNTIME.map((name) => join(repositoryRoot, 'node_modules', name))];
  writeBillOfMaterials({ base, output, epoch, packages });
}

/** The same commit gives the same files, whatever the checkout's modes and the clock. */
function normalise(folder: string, epoch: number): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).concat('.')) {
    const path = join(folder, name);
    const isProgram =
      statSync(path).isDirectory() || path.endsWith('/bin/node') || path.includes('/ld-linux-');
    chmodSync(path, isProgram ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
}

const [base, output, architecture, epochText] = process.argv.slice(2);
if (
  base === undefined ||
  output === undefined ||
  architecture === undefined ||
  !/^\d+$/.test(epochText ?? '')
) {
  throw new Error('Usage: node scripts/assemble-image.ts BASE OUTPUT ARCHITECTURE EPOCH');
}
if (Number(process.versions.node.split('.')[0]) !== NODE_MAJOR) {
  throw new Error(
    `The base image has Node.js ${process.versions.node}; choose one with Node.js ${NODE_MAJOR}.`,
  );
}
const epoch = Number(epochText);
writeRuntime(base, join(output, 'runtime'), architectureOf(architecture));
writeOnnxRuntime(join(output, 'runtime/app'), architectureOf(architecture).node);
await writeApp(base, join(output, 'site/app'), epoch);
mkdirSync(join(output, 'volume/data'), { recursive: true });
normalise(output, epoch);
