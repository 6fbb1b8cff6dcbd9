/** What the benchmark asks of whatever it measures: how it starts, and how it wants rows and gives predictions. */

/** Rows for one model, as a peer is to answer them. */
export interface Rows {
  readonly model: string;
  readonly method: string;
  readonly inputs: readonly (readonly number[])[];
}

/** What a peer is started with; every folder exists, and `folder` is the peer's own. */
export interface StartContext {
  readonly port: number;
  /** Another free one, for servers that insist on listening twice. */
  readonly sparePort: number;
  readonly modelPaths: readonly string[];
  readonly modelsFolder: string;
  readonly pythonPath: string;
  readonly folder: string;
}

export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What a request may be made of besides what a peer is usually asked with. */
export type Format = 'open-inference' | 'open-inference-bytes';

/** One way of asking a server. */
export interface Dialect {
  /** The path that answers for this model, with its leading slash. */
  path(rows: Rows): string;
  readonly contentType: string;
  /** Further headers, the same for all requests of a task. */
  headers?(rows: Rows): Readonly<Record<string, string>>;
  encode(rows: Rows): string | Uint8Array;
  /** The predictions inside one answer: nested arrays, a row each. */
  decode(answer: Buffer): unknown;
}

export interface Peer extends Dialect {
  /** Short and without spaces: what `--peers` and the results call it. */
  readonly name: string;
  readonly title: string;
  /** False for a ceiling, whose answer is not a prediction and is not compared with one. */
  readonly predicts: boolean;
  /** The folder beside this file whose requirements.txt it runs with, where it is not bench/requirements.txt. */
  readonly environment?: string;
  start(context: StartContext): Command;
  /** How it is asked where a task wants another format, if it speaks that. */
  readonly formats?: Partial<Record<Format, Dialect>>;
}

/** How a peer is asked for a task: in the task's format, or as usual where it does not speak that. */
export function dialectOf(peer: Peer, format: Format | undefined): Dialect {
  return (format === undefined ? undefined : peer.formats?.[format]) ?? peer;
}
