/**
 * Says what a file is that is no pickle: archives, models of other libraries, pointers in place of a file, text.
 * Refuses what it recognises, by name and with what to do; anything else may be a pickle. Pickles may be text too:
 * text is only named where it could not be read as one.
 */
import { SklearnError } from '../errors.ts';
import { decodeLatin1 } from './text.ts';

const SAVE_WITH_JOBLIB = 'Save the fitted estimator with joblib.dump(model, "model.pkl").';
const OTHER_RUNTIME = 'Only estimators that pickle or joblib saved are read here.';
const DOWNLOAD = 'Fetch the file itself.';

interface OtherFormat {
  readonly what: string;
  /** The bytes at `at`, or at the start, one character a byte. */
  readonly magic: string;
  readonly at?: number;
  readonly advice: string;
}

function formats(advice: string, rows: readonly (readonly [string, string, number?])[]): OtherFormat[] {
  return rows.map(([what, magic, at]) => ({ what, magic, advice, ...(at !== undefined && { at }) }));
}

const OTHER_FORMATS: readonly OtherFormat[] = [
  ...formats(OTHER_RUNTIME, [
    ['a PyTorch file', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'],
    ['an HDF5 file (perhaps of Keras)', '\x89HDF\r\n\x1a\n'],
    ['a TensorFlow Lite model', 'TFL3', 4],
    ['a GGUF model', 'GGUF'],
    ['a CatBoost model', 'CBM1'],
    ['an R data file', 'RDX2\n'],
    ['an R data file', 'RDX3\n'],
    ['an R object (.rds)', 'X\n\0\0\0\x02'],
    ['an R object (.rds)', 'X\n\0\0\0\x03'],
    ['a MATLAB file', 'MATLAB 5.0 MAT-file'],
    ['an XGBoost model of its own format', 'binf'],
    ['an XGBoost model of its own format (UBJSON)', '{L\0\0\0\0'],
  ]),
  ...formats(SAVE_WITH_JOBLIB, [
    ['a NumPy .npy array', '\x93NUMPY'],
    ['a tar archive', 'ustar', 257],
    ['a 7-Zip archive', '7z\xbc\xaf\x27\x1c'],
    ['a RAR archive', 'Rar!\x1a\x07'],
    ['a Parquet table', 'PAR1'],
    ['an Arrow table', 'ARROW1'],
    ['an SQLite database', 'SQLite format 3\0'],
    ['a PDF document', '%PDF-'],
    ['a picture (PNG)', '\x89PNG'],
    ['a picture (JPEG)', '\xff\xd8\xff'],
    ['a program (ELF)', '\x7fELF'],
    ['compiled Python code', '\xa7\r\r\n'],
    ['UTF-16 text', '\xff\xfe'],
    ['UTF-16 text', '\xfe\xff'],
  ]),
];

/** What zip archives of other programs hold, looked for among the names of their files. */
const ZIP_CONTENTS: readonly (readonly [RegExp, string])[] = [
  [/\/data\.pkl/, 'a PyTorch file'],
  [/schema\.json/, 'a skops file'],
  [/model\.weights\.h5/, 'a Keras model'],
  [/\.npy/, 'a NumPy .npz file'],
  [/\[Content_Types\]\.xml/, 'an Office document'],
  [/\.pkl|\.joblib/, 'a zip archive that holds a pickle: unpack it first'],
];

/** Bytes at either end in which names of a zip archive are looked for, and which are looked at as text. */
const SAMPLE_BYTES = 4_096;

/** Throws `PICKLE_MALFORMED` for what is no pickle and known. `bytes` are uncompressed. */
export function refuseOtherFormats(bytes: Uint8Array): void {
  if (bytes.length === 0) throw malformed('The file is empty.');
  const start = decodeLatin1(bytes.subarray(0, SAMPLE_BYTES));
  const other = OTHER_FORMATS.find(({ magic, at = 0 }) => start.startsWith(magic, at));
  if (other !== undefined) throw noPickle(other.what, other.advice);
  if (start.startsWith('PK\x03\x04')) throw noPickle(zipContent(bytes, start), SAVE_WITH_JOBLIB);
  if (isOnnx(bytes)) throw noPickle('an ONNX model', OTHER_RUNTIME);
  // Eight bytes with the length of a JSON object.
  if (bytes[7] === 0 && start.startsWith('{"', 8)) throw noPickle('a safetensors file', OTHER_RUNTIME);
  if (bytes.subarray(0, SAMPLE_BYTES).every((byte) => byte === 0)) {
    throw noPickle('zero bytes, as an interrupted copy leaves them', DOWNLOAD);
  }
}

/** A protocol buffer whose first field is a version from 3 on, and whose next is a name, a graph or operators. */
function isOnnx([tag = 0, version = 0, next = 0]: Uint8Array): boolean {
  return tag === 0x08 && version >= 3 && version < 32 && [0x12, 0x1a, 0x22, 0x32, 0x3a, 0x42].includes(next);
}

function zipContent(bytes: Uint8Array, start: string): string {
  const names = start + decodeLatin1(bytes.subarray(-SAMPLE_BYTES));
  return ZIP_CONTENTS.find(([pattern]) => pattern.test(names))?.[1] ?? 'a zip archive';
}

const KNOWN_TEXTS: readonly (readonly [RegExp, string, string])[] = [
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer to it', 'Fetch the file itself: git lfs pull.'],
  [/^(\/annex\/objects|\.git\/annex|\.\.\/.*annex)/, 'a git-annex pointer to it', DOWNLOAD],
  [/^\s*<(!doctype html|html)/i, 'an HTML page, as a failed download leaves it', DOWNLOAD],
  [/^\s*<\?xml[\s\S]*<PMML/, 'a PMML model', OTHER_RUNTIME],
  [/^\s*<\?xml/, 'XML', SAVE_WITH_JOBLIB],
  [/^\s*\{\s*"learner"/, 'an XGBoost model of its own format (JSON)', SAVE_WITH_JOBLIB],
  [/^tree\r?\nversion=/, 'a LightGBM model of its own format (text)', SAVE_WITH_JOBLIB],
  [/^\s*[[{]\s*["\d[{\]}-]/, 'JSON', SAVE_WITH_JOBLIB],
  [/^gA[J-NQSU-W][\w+/=\s]*$/, 'a pickle as base64 text', 'Decode it first: base64 -d.'],
  [/^(\xef\xbb\xbf)?[^\n,;\t]*([,;\t])[^\n]*\r?\n[^\n]*\2/, 'a table as text (CSV)', SAVE_WITH_JOBLIB],
  [/^MATLAB/, 'a MATLAB file', OTHER_RUNTIME],
];

/** How pickles of protocol 0 begin: with a name on two lines, or with what makes a container or a plain value. */
const PROTOCOL_0 =
  /^(\(*[ci][\w.]+\n\w+\n|\(+[ld\d()IFSVNci]|[IL][+-]?\d+(L?\n|$)|F[\d.+einfa-]+\n|S['"]|V[^\n,;]*\n|[\])}][p(.]|N[.0p])/;

/** What a file is that failed as a pickle; `error` itself where it is no text, or a pickle that is text. */
export function explainText(bytes: Uint8Array, error: SklearnError): SklearnError {
  const start = decodeLatin1(bytes.subarray(0, SAMPLE_BYTES));
  if (!/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(start) || PROTOCOL_0.test(start)) return error;
  const known = KNOWN_TEXTS.find(([pattern]) => pattern.test(start));
  if (known !== undefined) return noPickle(known[1], known[2]);
  // A name that is refused is said, whatever else the text may be.
  if (error.code === 'PICKLE_FORBIDDEN_GLOBAL' || !/^[\t\n\r\x20-\x7e]{16}/.test(start)) return error;
  const line = start.slice(0, 40).replace(/\s+/g, ' ');
  return noPickle(`text that begins with ${JSON.stringify(line)}`, SAVE_WITH_JOBLIB);
}

function noPickle(what: string, advice: string): SklearnError {
  return malformed(`The file is no pickle but ${what}. ${advice}`);
}

function malformed(message: string): SklearnError {
  return new SklearnError('PICKLE_MALFORMED', message, { offsetBytes: 0 });
}
