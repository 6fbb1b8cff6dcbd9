/**
 * `chamfer import PATH --models DIR`: puts a model into a repository as its next version: a pickle, an ONNX file, a
 * folder that MLflow saved or one made for Triton. Refuses a pickle that could not be served and a version that is
 * there already; what it writes appears whole or not at all.
 */
import { hash } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, extname, join, parse } from 'node:path';
import type { GoldenCases, ModelManifest } from '@chamfer/contracts';
import type { ModelFile } from '@chamfer/sklearn';
import { runCommand } from '../describe/run-command.ts';
import { printable } from '../inspect/printable.ts';
import { type CasesFile, readCases } from '../parity/read-cases.ts';
import { type ModelParts, readModelFiles } from '../predict/model-files.ts';
import { certifyFiles, formatCertificate, inspectFiles } from './parity.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
/** What SPDX writes where nobody has said anything. */
const NO_LICENCE = 'NOASSERTION';

export interface ImportOptions extends ModelParts {
  readonly models: string;
  /** The name of the file, where absent. */
  readonly name?: string;
  /** One more than the greatest number that is there, where absent. */
  readonly version?: string;
  /** What scikit-learn answered: becomes the golden cases of the version. */
  readonly cases?: string;
  readonly rtol: number;
  readonly description?: string;
  readonly licence?: string;
  readonly json?: boolean;
}

/** A folder of the repository that is not there yet: what is in it, by how to write it. */
interface Entry {
  readonly what: string;
  write(folder: string, version: string): Promise<void>;
}

export function importModel(path: string, options: ImportOptions): Promise<number> {
  return runCommand(async () => {
    const name = options.name ?? parse(path).name.toLowerCase();
    requireWord(NAME, name, '--name', 'small letters, digits, . _ -; up to 64');
    const found = await stat(path);
    const contents = found.isDirectory() ? await readdir(path) : [];
    const isTriton = contents.includes('config.pbtxt');
    const version = isTriton ? null : (options.version ?? (await nextVersion(options.models, name)));
    if (version !== null) requireWord(VERSION, version, '--version', 'letters, digits, . _ -; up to 32');
    else if (options.version !== undefined)
      throw new Error('A folder made for Triton holds its versions; leave --version out');
    const entry = found.isDirectory()
      ? folderEntry(path, contents, options)
      : await fileEntry(path, name, options);
    const folder = join(options.models, name, ...(version === null ? [] : [version]));
    await writeEntry(folder, entry, version ?? '');
    const imported = { name, version, folder, what: entry.what };
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(imported, null, 2)}\n`
        : `${name}${version === null ? '' : ` ${version}`}: ${entry.what}, in ${printable(folder)}\n`,
    );
    return 0;
  });
}

function requireWord(pattern: RegExp, value: string, option: string, allowed: string): void {
  if (!pattern.test(value))
    throw new Error(`${JSON.stringify(value)} is no name here (${allowed}): say another with ${option}`);
}

async function nextVersion(models: string, name: string): Promise<string> {
  const versions = await readdir(join(models, name)).catch(() => []);
  const numbers = versions.filter((one) => /^\d{1,15}$/.test(one)).map(Number);
  return String(Math.max(0, ...numbers) + 1);
}

/** Copied as it is: the site serves such folders where they stand. */
function folderEntry(path: string, contents: readonly string[], { cases, next }: ImportOptions): Entry {
  if (cases !== undefined || next.length > 0)
    throw new Error('--cases and --then go with a pickle, not with a folder');
  const isTriton = contents.includes('config.pbtxt');
  if (!isTriton && !contents.includes('MLmodel'))
    throw new Error(
      `${path} has neither an MLmodel, as MLflow writes it, nor a config.pbtxt, as Triton reads it`,
    );
  return {
    what: isTriton ? 'a model made for Triton' : 'a model that MLflow saved',
    write: (folder) => cp(path, folder, { recursive: true, dereference: true, filter: isPlain }),
  };
}

/** What links point to is copied, as they would point out of the repository; devices have no end. */
async function isPlain(path: string): Promise<boolean> {
  const found = await stat(path);
  return found.isFile() || found.isDirectory();
}

async function fileEntry(path: string, name: string, options: ImportOptions): Promise<Entry> {
  if (extname(path).toLowerCase() === '.onnx') return onnxEntry(path, options);
  const files = await readModelFiles(path, options);
  if (options.cases !== undefined) return versionEntry(name, files, await readCases(options.cases), options);
  if (files.length > 1 || files[0]!.members!.length > 0)
    throw new Error('Members and --then are said in a manifest, which needs golden cases: give --cases');
  const { model, problems } = await inspectFiles(files);
  if (model === null) throw new Error(`${path} cannot be served: ${problems.map(sentence).join('; ')}`);
  return {
    what: `${model.className}, without golden cases`,
    write: (folder) => writeFile(join(folder, `model${extname(path) || '.pkl'}`), files[0]!.bytes),
  };
}

function sentence({ path, message }: { readonly path?: string; readonly message: string }): string {
  return path === undefined ? message : `${path}: ${message}`;
}

function onnxEntry(path: string, { cases, members, next }: ImportOptions): Entry {
  if (cases !== undefined || members.length > 0 || next.length > 0)
    throw new Error('--cases, --member and --then go with a pickle, not with an ONNX file');
  return {
    what: 'an ONNX file, without golden cases; the site tries it before it serves it',
    write: (folder) => cp(path, join(folder, 'model.onnx')),
  };
}

/** A version with its manifest and golden cases: it has answered all of them here. */
async function versionEntry(
  name: string,
  files: readonly ModelFile[],
  cases: CasesFile,
  options: ImportOptions,
): Promise<Entry> {
  const certificate = await certifyFiles(files, cases, options.rtol);
  if (certificate.verdict !== 'same') throw new Error(formatCertificate(certificate).trimEnd());
  const { className, sklearnVersion } = certificate.model;
  const writtenBy = sklearnVersion === null ? '' : `, written by scikit-learn ${sklearnVersion}`;
  const artifacts = files.map(artifactOf);
  if (new Set(artifacts.map(({ file }) => file)).size < files.length)
    throw new Error('Two of the files have the same name: rename one');
  const golden: GoldenCases = {
    recordedBy: sklearnVersion === null ? 'scikit-learn' : `scikit-learn ${sklearnVersion}`,
    rtol: options.rtol,
    cases: cases.cases.map(({ method, input, output }) => ({
      method: method as GoldenCases['cases'][number]['method'],
      input: input as number[][],
      output: output as unknown[],
    })),
  };
  return {
    what: `${className}, ${golden.cases.length} golden cases answered within ${options.rtol}`,
    async write(folder, version) {
      for (const [at, { bytes }] of files.entries())
        await writeFile(join(folder, artifacts[at]!.file), bytes);
      await writeFile(join(folder, 'golden.json'), `${JSON.stringify(golden)}\n`);
      const [artifact, ...chain] = artifacts;
      const manifest: ModelManifest = {
        name,
        version,
        description: options.description ?? `${className}${writtenBy}`,
        runtime: 'sklearn',
        artifact: artifact!,
        ...(chain.length > 0 && { chain }),
        licence: options.licence ?? NO_LICENCE,
      };
      await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    },
  };
}

function artifactOf({ name, bytes, members = [] }: ModelFile): NonNullable<ModelManifest['artifact']> {
  const file = basename(name!);
  if (!FILE_NAME.test(file))
    throw new Error(`${JSON.stringify(file)} is no name for a file of a version: rename it`);
  return {
    file,
    sizeBytes: bytes.length,
    sha256: hash('sha256', bytes),
    ...(members.length > 0 && { members: [...members] }),
  };
}

/** Under a name that sites do not look at, then renamed. */
async function writeEntry(folder: string, entry: Entry, version: string): Promise<void> {
  const { dir, base } = parse(folder);
  const unfinished = join(dir, `.${base}.${process.pid}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await entry.write(unfinished, version);
    if ((await readdir(folder).catch(() => null)) !== null)
      throw new Error(`${folder} is there already, and versions never change: make the next one`);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}
