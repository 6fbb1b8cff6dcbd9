/**
 * `chamfer parity FILE CASES`: the parity certificate of a pickle: what scikit-learn answered, as recorded where the
 * model was trained, against what is answered here. Exit code 0 the same, 1 differs, 2 refused.
 */
import { hash } from 'node:crypto';
import {
  type Inspection,
  inspectModel,
  type ModelFile,
  type Problem,
  readChain,
  SklearnError,
} from '@chamfer/sklearn';
import { runCommand } from '../describe/run-command.ts';
import { printable } from '../inspect/printable.ts';
import { compareCases, type MethodParity, type Verdict } from '../parity/compare-cases.ts';
import { type CasesFile, readCases } from '../parity/read-cases.ts';
import { type ModelParts, readModelFiles } from '../predict/model-files.ts';

const EXIT_CODES: Readonly<Record<Verdict, number>> = { same: 0, differs: 1, refused: 2 };

export interface CertifyOptions extends Partial<ModelParts> {
  /** Largest difference allowed, relative to the larger of the value and the root mean square of its output. */
  readonly rtol: number;
}

export interface ParityOptions extends CertifyOptions {
  /** One JSON object in place of text. */
  readonly json?: boolean;
}

/** What `--json` prints. A difference that is no number is the text `Infinity`. */
export interface Certificate {
  readonly verdict: Verdict;
  readonly model: {
    readonly file: string;
    readonly sha256: string;
    /** Files whose models come after it. */
    readonly next?: readonly { readonly file: string; readonly sha256: string }[];
    readonly className: string | null;
    readonly sklearnVersion: string | null;
  };
  readonly cases: { readonly file: string; readonly sha256: string };
  readonly rtol: number;
  readonly methods: readonly MethodParity[];
  /** Why the model cannot be served: everything at once; then there are no methods. */
  readonly problems: readonly Problem[];
}

export function parity(file: string, casesFile: string, options: ParityOptions): Promise<number> {
  return runCommand(async () => {
    const certificate = await certify(file, casesFile, options);
    process.stdout.write(options.json === true ? encode(certificate) : formatCertificate(certificate));
    return EXIT_CODES[certificate.verdict];
  });
}

/** Throws where the cases are of another form; what is wrong with the model is in the certificate. */
export async function certify(
  file: string,
  casesFile: string,
  { rtol, members = [], next = [] }: CertifyOptions,
): Promise<Certificate> {
  const files = await readModelFiles(file, { members, next });
  return certifyFiles(files, await readCases(casesFile), rtol);
}

/** The same of what was read. */
export async function certifyFiles(
  files: readonly ModelFile[],
  { file, cases, sha256 }: CasesFile,
  rtol: number,
): Promise<Certificate> {
  const { model, problems, sklearnVersion } = await inspectFiles(files);
  const methods = model === null ? [] : compareCases(model, cases, rtol);
  const verdicts = new Set(methods.map(({ verdict }) => verdict));
  const refused = model === null || verdicts.has('refused');
  return {
    verdict: refused ? 'refused' : verdicts.has('differs') ? 'differs' : 'same',
    model: {
      ...named(files[0]!),
      ...(files.length > 1 && { next: files.slice(1).map(named) }),
      className: model?.className ?? null,
      sklearnVersion,
    },
    cases: { file, sha256 },
    rtol,
    methods,
    problems,
  };
}

/** All that is wrong with one file, or the first that is wrong with several. */
export async function inspectFiles(
  files: readonly ModelFile[],
): Promise<Pick<Inspection, 'model' | 'problems' | 'sklearnVersion'>> {
  const [only] = files;
  if (files.length === 1) return inspectModel(only!.bytes, { members: only!.members ?? [] });
  try {
    const model = await readChain(files);
    return { model, problems: [], sklearnVersion: model.sklearnVersion };
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    const { code, message, path } = error;
    return {
      model: null,
      problems: [{ code, message, ...(path !== undefined && { path }) }],
      sklearnVersion: null,
    };
  }
}

function named({ name, bytes }: ModelFile): { readonly file: string; readonly sha256: string } {
  return { file: name!, sha256: hash('sha256', bytes) };
}

function encode(certificate: Certificate): string {
  const replacer = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(certificate, replacer, 2)}\n`;
}

/** The certificate as text for people. */
export function formatCertificate({ verdict, model, cases, rtol, methods, problems }: Certificate): string {
  const what = model.className === null ? '' : `, ${model.className}`;
  const version =
    model.sklearnVersion === null ? '' : ` of scikit-learn ${printable(model.sklearnVersion, 40)}`;
  const lines = [
    `model  ${printable(model.file)}${what}${version}`,
    `       sha256 ${model.sha256}`,
    `cases  ${printable(cases.file)}`,
    `       sha256 ${cases.sha256}`,
    ...methods.map(methodLine),
    ...problems.map(
      ({ code, path, message }) => `  ${code}  ${printable(path ? `${path}: ${message}` : message, 1_000)}`,
    ),
    { same: `SAME within ${rtol}`, differs: `DIFFERS by more than ${rtol}`, refused: 'REFUSED' }[verdict],
  ];
  return `${lines.join('\n')}\n`;
}

function methodLine({ method, cases, rows, worst, verdict, detail }: MethodParity): string {
  const counts = `${rows} ${rows === 1 ? 'row' : 'rows'} in ${cases} ${cases === 1 ? 'case' : 'cases'}`;
  const head = `${verdict.padEnd(7)} ${printable(method, 40).padEnd(17)} ${counts}`;
  const tail = detail === null ? '' : `\n        ${printable(detail, 1_000)}`;
  return verdict === 'refused' ? head + tail : `${head}, worst difference ${worst.toExponential(1)}${tail}`;
}
