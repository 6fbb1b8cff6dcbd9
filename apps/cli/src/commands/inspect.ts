/**
 * `chamfer inspect FILE`: the passport of a pickle, read without running it: what it is, what is in it, what it
 * would serve, and everything that keeps it from being served. Exit code 0 where it can be served, 2 where not.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Inspection, inspectModel, type Signature } from '@chamfer/sklearn';
import { runCommand } from '../describe/run-command.ts';
import { type EstimatorNode, estimatorTree } from '../inspect/estimator-tree.ts';
import { formatPassport } from '../inspect/format-passport.ts';

const REFUSED = 2;

export interface InspectOptions {
  /** One JSON object in place of text. */
  readonly json?: boolean;
  /** Of a file that holds several estimators: those that rows go through. */
  readonly members?: readonly string[];
}

/** What `--json` prints. */
export interface Passport extends Omit<Inspection, 'root' | 'model'> {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly servable: boolean;
  readonly estimators: readonly EstimatorNode[];
  /** `null` where the model cannot be served. */
  readonly signature: Signature | null;
}

export function inspect(file: string, options: InspectOptions): Promise<number> {
  return runCommand(async () => {
    const passport = await readPassport(file, options.members);
    process.stdout.write(options.json === true ? encodePassport(passport) : formatPassport(passport));
    return passport.servable ? 0 : REFUSED;
  });
}

/** Everything of a passport, of a file that may be anything. */
export async function readPassport(file: string, members: readonly string[] = []): Promise<Passport> {
  const bytes = await readFile(file);
  const { root, model, ...found } = await inspectModel(bytes, { members });
  return {
    file,
    sizeBytes: bytes.length,
    sha256: hash('sha256', bytes),
    ...found,
    servable: model !== null,
    estimators: estimatorTree(root),
    signature: model?.signature ?? null,
  };
}

/** Class labels may be whole numbers that JSON readers round: those are texts. */
function encodePassport(passport: Passport): string {
  const replacer = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? String(value) : value;
  return `${JSON.stringify(passport, replacer, 2)}\n`;
}
