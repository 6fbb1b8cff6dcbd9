/** Files of other kinds that somebody calls model.pkl: each is named in its refusal, with what to do. */
import { deflateSync, gzipSync } from 'node:zlib';
import { type Attack, attacksOf, latin1 } from './attack.ts';
import { little, pickle, text } from './pickle-writer.ts';

/** The start of a zip archive with one file. */
function zip(name: string): string {
  const head = `PK\x03\x04\x14\0\0\0\0\0${'\0'.repeat(16)}`;
  return `${head}${little(name.length, 2)}\0\0${name}data`;
}

const tar = `${'model/model.pkl'.padEnd(257, '\0')}ustar\x0000${'\0'.repeat(247)}`;
const CSV = 'sepal length,sepal width,kind\n5.1,3.5,setosa\n4.9,3.0,setosa\n';
const LFS =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';
const mistake = 'a mistake';

export const OTHER_FILES: readonly Attack[] = [
  ...attacksOf('PICKLE_MALFORMED', [
    ['a PyTorch archive', mistake, () => zip('archive/data.pkl'), /no pickle but a PyTorch file/],
    [
      'a PyTorch file of before 1.6',
      mistake,
      () => '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.',
      /no pickle but a PyTorch file/,
    ],
    ['a skops file', mistake, () => zip('schema.json'), /no pickle but a skops file/],
    ['a Keras archive', mistake, () => zip('model.weights.h5'), /no pickle but a Keras model/],
    ['a .npz file', mistake, () => zip('arr_0.npy'), /no pickle but a NumPy \.npz file/],
    ['a zipped pickle', mistake, () => zip('model.pkl'), /holds a pickle: unpack it first/],
    ['a workbook', mistake, () => zip('[Content_Types].xml'), /an Office document/],
    ['another zip archive', mistake, () => zip('readme'), /a zip archive/],
    ['a tar archive', mistake, () => tar, /no pickle but a tar archive/],
    ['a tar archive in gzip', mistake, () => gzipSync(latin1(tar)), /no pickle but a tar archive/],
    [
      'an HDF5 file',
      mistake,
      () => `\x89HDF\r\n\x1a\n${'\0'.repeat(8)}`,
      /no pickle but an HDF5 file \(perhaps of Keras\)/,
    ],
    ['an ONNX model', mistake, () => '\x08\x08\x12\x08skl2onnx\x1a\x061.16.0', /no pickle but an ONNX model/],
    ['a TensorFlow Lite model', mistake, () => '\x1c\0\0\0TFL3\0\0', /TensorFlow Lite/],
    ['a safetensors file', mistake, () => `${little(9, 8)}{"a":{}}`, /safetensors/],
    ['a CatBoost model', mistake, () => 'CBM1\0\0', /a CatBoost model/],
    [
      'a LightGBM text model',
      mistake,
      () => 'tree\nversion=v4\nnum_class=1\n',
      /a LightGBM model of its own format/,
    ],
    [
      'an XGBoost JSON model',
      mistake,
      () => '{"learner":{"attributes":{}}}',
      /an XGBoost model of its own format \(JSON\)/,
    ],
    ['an XGBoost UBJSON model', mistake, () => '{L\0\0\0\0\0\0\0\x07learner{', /UBJSON/],
    [
      'an R object',
      mistake,
      () => gzipSync(latin1('X\n\0\0\0\x03\0\x04\x03\0')),
      /no pickle but an R object \(\.rds\)/,
    ],
    ['an R data file', mistake, () => gzipSync(latin1('RDX3\nX\n')), /an R data file/],
    ['a MATLAB file', mistake, () => 'MATLAB 5.0 MAT-file, Platform: GLNXA64', /a MATLAB file/],
    ['PMML', mistake, () => '<?xml version="1.0"?>\n<PMML version="4.4">', /a PMML model/],
    ['a .npy file', mistake, () => '\x93NUMPY\x01\0', /a NumPy \.npy array.*joblib\.dump/],
    ['a Parquet table', mistake, () => 'PAR1\x15\x04', /a Parquet table/],
    ['an SQLite database', mistake, () => 'SQLite format 3\0', /an SQLite database/],
    ['a Git LFS pointer', 'a clone without git lfs', () => LFS, /a Git LFS pointer to it.*git lfs pull/],
    [
      'a git-annex pointer',
      'a clone without git annex',
      () => '/annex/objects/SHA256E-s1--ab.pkl\n',
      /git-annex pointer/,
    ],
    [
      'an HTML page',
      'a download that failed',
      () => '<!DOCTYPE html>\n<html><head><title>404</title>',
      /an HTML page, as a failed download leaves it/,
    ],
    ['JSON', mistake, () => '{"coef": [1, 2, 3], "intercept": 0.5}', /no pickle but JSON/],
    ['a JSON list', mistake, () => '[[1, 2], [3, 4]]', /no pickle but JSON/],
    ['CSV', mistake, () => CSV, /no pickle but a table as text \(CSV\)/],
    [
      'CSV whose first letter is an opcode',
      mistake,
      () => CSV.replace('sepal', 'id'),
      /a table as text \(CSV\)/,
    ],
    [
      'CSV with semicolons and a mark',
      mistake,
      () => `\xef\xbb\xbf${CSV.replaceAll(',', ';')}`,
      /a table as text \(CSV\)/,
    ],
    [
      'text in gzip',
      mistake,
      () => gzipSync(latin1('This is a description of the model.\n')),
      /text that begins with "This is a description/,
    ],
    [
      'text in zlib',
      mistake,
      () => deflateSync(latin1('Some words about the model\nand more.\n')),
      /text that begins with "Some words/,
    ],
    [
      'a Python script',
      mistake,
      () => '#!/usr/bin/env python\nimport sklearn\n',
      /text that begins with "#!\/usr\/bin\/env python import/,
    ],
    [
      'a pickle as base64',
      mistake,
      () => 'gASVKAAAAAAAAACMBWhlbGxvlC4=\n',
      /a pickle as base64 text\. Decode it first/,
    ],
    ['UTF-16 text', mistake, () => '\xff\xfeh\0i\0', /UTF-16 text/],
    ['a PDF document', mistake, () => '%PDF-1.7\n', /a PDF document/],
    ['a picture', mistake, () => '\x89PNG\r\n\x1a\n', /a picture/],
    ['a program', mistake, () => '\x7fELF\x02\x01', /a program/],
    ['compiled Python', mistake, () => '\xa7\r\r\n\0\0\0\0', /compiled Python code/],
    [
      'zeros',
      'an interrupted copy',
      () => '\0'.repeat(5_000),
      /zero bytes, as an interrupted copy leaves them/,
    ],
    ['nothing in gzip', 'an interrupted copy', () => gzipSync(new Uint8Array(0)), /The file is empty/],
    ['gzip in gzip', mistake, () => gzipSync(gzipSync(latin1(pickle(text('x'))))), /no pickle opcode/],
  ]),
  ...attacksOf('COMPRESSION_UNSUPPORTED', [
    [
      'zstandard',
      'a compression that joblib does not write',
      () => '\x28\xb5\x2f\xfd\0',
      /compressed with zstandard\. Save it with compress/,
    ],
    ['joblib 0.9 in zlib', 'a container of before 2016', () => 'ZF0x12                 ', /joblib 0\.9 zlib/],
  ]),
  ...attacksOf('ESTIMATOR_UNSUPPORTED', [
    [
      'a pickled text',
      mistake,
      () => pickle(text('hello')),
      /the string "hello" where an estimator should be/,
    ],
    ['a pickled None', mistake, () => pickle('N'), /None where an estimator should be/],
  ]),
];
