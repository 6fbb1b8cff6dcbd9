/**
 * What the container image is made of: a CycloneDX document, and the licence text of every part. Refuses a part
 * without licence text or licence name.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from './pinned-node.mjs';

/** The Debian packages whose libraries Node.js loads. */
const SYSTEM_PACKAGES = ['libc6', 'libgcc-s1', 'libstdc++6'] as const;

/** The texts that their copyright files refer to. */
const SYSTEM_LICENCES = ['GPL-2', 'GPL-3', 'LGPL-2.1'] as const;

/** The site, and the page that it serves; from the lockfile, since the tools of the repository are not installed. */
const PRODUCTION = [
  '--package-lock-only',
  '--omit',
  'dev',
  '--workspace',
  '@chamfer/site',
  '--workspace',
  '@chamfer/web',
] as const;

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

export interface BillOptions {
  /** Root of the base image, whose Node.js and libraries the image takes. */
  readonly base: string;
  /** Folder for `sbom.cdx.json` and `licences/`. */
  readonly output: string;
  /** Seconds since 1970 that the document gives as its date, so that the same commit gives the same document. */
  readonly epoch: number;
  /** Folders of the packages whose code the site's part of the image holds. */
  readonly packages: readonly string[];
}

interface Component {
  readonly 'bom-ref'?: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
}

interface CycloneDx {
  serialNumber: string;
  metadata: { timestamp: string; component: { name: string } };
  components: Component[];
  dependencies: { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

function npm(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('npm', args, {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}

/** Fields of a package's paragraph in dpkg's database. */
function readSystemPackage(base: string, name: string): { version: string; architecture: string } {
  const database = readFileSync(join(base, 'var/lib/dpkg/status'), 'utf8');
  const paragraph = database.split('\n\n').find((one) => one.startsWith(`Package: ${name}\n`));
  const field = (key: string): string | undefined => paragraph?.match(new RegExp(`^${key}: (.+)$`, 'm'))?.[1];
  const [version, architecture] = [field('Version'), field('Architecture')];
  if (version === undefined || architecture === undefined) {
    throw new Error(`The base image has no Debian package ${name}: choose one made from Debian.`);
  }
  return { version, architecture };
}

function systemComponents(base: string): Component[] {
  const node = process.versions.node;
  return [
    {
      type: 'platform',
      name: 'node',
      version: node,
      purl: `pkg:generic/node@${node}`,
      licenses: [{ license: { id: 'MIT' } }],
    },
    ...SYSTEM_PACKAGES.map((name) => {
      const { version, architecture } = readSystemPackage(base, name);
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=bookworm`;
      return { type: 'library', name, version, purl };
    }),
  ];
}

/** A UUID (RFC 9562, version 8) made from the document itself, so that it changes when and only when that does. */
function serialNumberOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * What a package stands in the bill as. Packages depend on more than is carried of them, such as what only their
 * installation needs: of the site's only those count whose code is there, of the page's all.
 */
function carriedRefs({ dependencies }: CycloneDx, packages: readonly string[]): Set<string> {
  const dependsOn = new Map(dependencies.map((one) => [one.ref, one.dependsOn ?? []]));
  const ours = [...dependsOn.keys()].filter((ref) => /^@?chamfer[@/]/.test(ref));
  const carried = new Set(ours.filter((ref) => ref.startsWith('@chamfer/web@')));
  for (const ref of carried) for (const next of dependsOn.get(ref)!) carried.add(next);
  for (const ref of ours) carried.add(ref);
  for (const folder of packages) {
    const { name, version } = readManifest(folder);
    carried.add(`${name}@${version}`);
  }
  return carried;
}

function readManifest(folder: string): {
  name: string;
  version: string;
  private?: boolean;
  license?: unknown;
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Writes the document, and returns the names and versions of all packages in it. */
function writeBill({ base, output, epoch, packages }: BillOptions): Set<string> {
  const bill = JSON.parse(npm('sbom', '--sbom-format', 'cyclonedx', ...PRODUCTION)) as CycloneDx;
  const carried = carriedRefs(bill, packages);
  const components = bill.components.filter((one) => carried.has(one['bom-ref']!));
  const unknown = [...carried].filter((ref) => !bill.dependencies.some((one) => one.ref === ref));
  if (unknown.length > 0)
    throw new Error(`The lockfile does not have what is carried: ${unknown.join(', ')}.`);
  bill.components = [...components, ...systemComponents(base)].sort((a, b) => (a.purl < b.purl ? -1 : 1));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => carried.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => carried.has(one)) }));
  bill.metadata.component.name = 'chamfer';
  bill.metadata.timestamp = new Date(epoch * 1000).toISOString();
  bill.serialNumber = serialNumberOf(JSON.stringify({ ...bill, serialNumber: null }));
  writeFileSync(join(output, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  return carried;
}

/** Copies the licence files of one part; where it ships none, what its manifest says must do. */
function copyLicence(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from).filter((file) => LICENCE_FILE.test(file));
  for (const file of files) cpSync(join(from, file), join(to, file), { dereference: true });
  if (files.length > 0) return;
  const manifest = readManifest(from);
  if (typeof manifest.license !== 'string') throw new Error(`${from} names no licence.`);
  writeFileSync(
    join(to, 'LICENSE'),
    `${manifest.name} ships no licence text; its manifest says: ${manifest.license}\n`,
  );
}

function writeLicences({ base, output }: BillOptions, carried: ReadonlySet<string>): void {
  const licences = join(output, 'licences');
  copyLicence(repositoryRoot, join(licences, 'chamfer'));
  for (const folder of npm('ls', '--all', '--parseable', ...PRODUCTION)
    .trim()
    .split('\n')) {
    const manifest = readManifest(folder);
    const name = `${manifest.name}@${manifest.version}`;
    if (manifest.private !== true && carried.has(name))
      copyLicence(folder, join(licences, name.replace('/', '+')));
  }
  // The bundle holds code made from these definitions.
  for (const name of ['triton', 'grpc-proto']) {
    copyLicence(join(repositoryRoot, 'protocol', name), join(licences, `protocol-${name}`));
  }
  copyFromBase(base, 'usr/local/LICENSE', join(licences, 'node', 'LICENSE'));
  for (const name of SYSTEM_PACKAGES) {
    copyFromBase(base, `usr/share/doc/${name}/copyright`, join(licences, name, 'copyright'));
  }
  for (const name of SYSTEM_LICENCES) {
    copyFromBase(base, `usr/share/common-licenses/${name}`, join(licences, 'common-licenses', name));
  }
}

function copyFromBase(base: string, path: string, to: string): void {
  const from = join(base, path);
  if (!existsSync(from))
    throw new Error(`The base image has no /${path}, a licence that the image must carry.`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { dereference: true });
}

export function writeBillOfMaterials(options: BillOptions): void {
  writeLicences(options, writeBill(options));
}
