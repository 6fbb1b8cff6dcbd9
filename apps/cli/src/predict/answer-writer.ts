/**
 * Where answers go: JSON lines, a JSON list, CSV or .npy, to a file that is whole or not there, or to standard
 * output. Refuses answers that the format cannot hold.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { encodeNpy, type Label, type MethodSignature, type Output } from '@chamfer/sklearn';
import { encodeNpy as encodeTextNpy } from '../describe/encode-npz.ts';
import { type JsonValue, rowsOf } from './nested-output.ts';

export interface AnswerWriter {
  /** The answer for the next rows. */
  add(output: Output): Promise<void>;
  /** Nothing more will come: the file appears under its name. */
  finish(): Promise<void>;
  /** Takes away what was written so far. */
  discard(): Promise<void>;
}

interface Format {
  /** What comes before all answers, and the text of some. */
  readonly head: string;
  readonly encode: (output: Output, isFirst: boolean) => string | Uint8Array;
  readonly tail: () => string | Uint8Array;
}

/** A format is made of what is said of the method before the first answer. */
export type MethodAnswer = Pick<MethodSignature, 'parts'> & { readonly name: string };

const FORMATS: Readonly<Record<string, (method: MethodAnswer) => Format>> = {
  '.json': jsonList,
  '.ndjson': jsonLines,
  '.jsonl': jsonLines,
  '.csv': csv,
  '.npy': npy,
};

/** `path` is a file, or `-` for standard output, which gets JSON lines. Throws where the format is not known. */
export async function createAnswerWriter(path: string, method: MethodAnswer): Promise<AnswerWriter> {
  if (path === '-') return writerOf(jsonLines(), standardOutput());
  const format = FORMATS[extname(path).toLowerCase()];
  if (format === undefined)
    throw new Error(`${path}: answers are written to .ndjson, .jsonl, .json, .csv and .npy`);
  return writerOf(format(method), await wholeFile(path));
}

interface Sink {
  write(chunk: string | Uint8Array): Promise<void>;
  finish(): Promise<void>;
  discard(): Promise<void>;
}

function writerOf(format: Format, sink: Sink): AnswerWriter {
  let isFirst = true;
  return {
    add: async (output) => {
      if (isFirst) await sink.write(format.head);
      await sink.write(format.encode(output, isFirst));
      isFirst = false;
    },
    finish: async () => {
      await sink.write(format.tail());
      await sink.finish();
    },
    discard: sink.discard,
  };
}

/** Another name until it is whole, so that Ctrl-C or a full disk leaves nothing half-written. */
async function wholeFile(path: string): Promise<Sink> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  const file: FileHandle = await open(unfinished, 'wx');
  return {
    write: async (chunk) => {
      if (chunk.length > 0) await file.writeFile(chunk);
    },
    finish: async () => {
      await file.close();
      await rename(unfinished, path);
    },
    discard: async () => {
      await file.close();
      await rm(unfinished, { force: true });
    },
  };
}

function standardOutput(): Sink {
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        process.stdout.write(chunk, (error) => (error ? reject(error) : resolve()));
      }),
    finish: async () => {},
    discard: async () => {},
  };
}

function jsonLines(): Format {
  return {
    head: '',
    encode: (output) =>
      rowsOf(output)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    tail: () => '',
  };
}

function jsonList(): Format {
  return {
    head: '[\n',
    encode: (output, isFirst) =>
      (isFirst ? '' : ',\n') +
      rowsOf(output)
        .map((row) => JSON.stringify(row))
        .join(',\n'),
    tail: () => '\n]\n',
  };
}

/** One column a number, under the name of the method and its place: `predict_proba[0]`. */
function csv({ name, parts }: MethodAnswer): Format {
  return {
    head: '',
    encode: (output, isFirst) => {
      const rows = rowsOf(output);
      const header = isFirst ? `${columnNames(rows[0]!, name, parts).map(csvCell).join(',')}\n` : '';
      return header + rows.map((row) => `${flatten(row).map(csvCell).join(',')}\n`).join('');
    },
    tail: () => '',
  };
}

function columnNames(row: JsonValue, name: string, parts: MethodSignature['parts']): string[] {
  if (!Array.isArray(row)) return [name];
  return (row as readonly JsonValue[]).flatMap((item, at) =>
    columnNames(
      item,
      parts === undefined ? `${name}[${at}]` : (parts[at]?.name ?? `${name}[${at}]`),
      undefined,
    ),
  );
}

function flatten(row: JsonValue): (number | string | boolean | null)[] {
  return Array.isArray(row)
    ? (row as readonly JsonValue[]).flatMap(flatten)
    : [row as number | string | boolean | null];
}

function csvCell(value: number | string | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Kept until the last row is known: the header, which comes first, holds their number. */
function npy({ name }: MethodAnswer): Format {
  const answers: Exclude<Output, { kind: 'list' }>[] = [];
  return {
    head: '',
    encode: (output) => {
      if (output.kind === 'list') {
        throw new Error(
          `${name} answers several arrays a row, which one .npy cannot hold; write .json or .csv`,
        );
      }
      answers.push(output);
      return '';
    },
    tail: () => {
      const shape = [answers.reduce((sum, { shape }) => sum + shape[0]!, 0), ...answers[0]!.shape.slice(1)];
      const values = joined(answers);
      if (values instanceof Float64Array && answers.some((one) => one.kind === 'numbers' && !one.integer)) {
        return encodeNpy({ kind: 'ndarray', dtype: 'f8', shape, data: values });
      }
      return encodeLabels(Array.from<Label | null>(values), shape, name);
    },
  };
}

function joined(answers: readonly Exclude<Output, { kind: 'list' }>[]): (Label | null)[] | Float64Array {
  if (answers.some(({ kind }) => kind === 'labels')) {
    return answers.flatMap((one) => (one.kind === 'labels' ? [...one.values] : [...one.data]));
  }
  const parts = answers.map((one) => (one.kind === 'numbers' ? one.data : new Float64Array(0)));
  const data = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.length;
  }
  return data;
}

function encodeLabels(values: readonly (Label | null)[], shape: readonly number[], name: string): Uint8Array {
  if (values.every((value) => typeof value === 'string')) return encodeTextNpy({ shape, values });
  if (values.every((value) => typeof value === 'boolean')) {
    return encodeNpy({ kind: 'ndarray', dtype: 'b1', shape, data: Uint8Array.from(values, Number) });
  }
  if (values.every((value) => typeof value === 'bigint' || Number.isInteger(value))) {
    const data = BigInt64Array.from(values, (value) => BigInt(value as bigint | number));
    return encodeNpy({ kind: 'ndarray', dtype: 'i8', shape, data });
  }
  if (values.every((value) => typeof value === 'number')) {
    return encodeNpy({ kind: 'ndarray', dtype: 'f8', shape, data: Float64Array.from(values) });
  }
  throw new Error(`${name} answers labels of several types, which one .npy cannot hold; write .json or .csv`);
}
