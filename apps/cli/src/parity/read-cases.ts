/** Reads a file of recorded cases, JSON or `.npz`, with its digest. Refuses what is of another form. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { casesOfArrays } from './npz-cases.ts';
import { parseCases, type RecordedCase } from './parse-cases.ts';
import { readNpz } from './read-npz.ts';

export interface CasesFile {
  readonly file: string;
  readonly cases: readonly RecordedCase[];
  readonly sha256: string;
}

export async function readCases(path: string): Promise<CasesFile> {
  const bytes = await readFile(path);
  const isNpz = extname(path).toLowerCase() === '.npz';
  return {
    file: path,
    cases: isNpz ? casesOfArrays(readNpz(bytes)) : parseCases(bytes.toString('utf8')),
    sha256: hash('sha256', bytes),
  };
}
