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

export interface Peer {
  /** Short and without spaces: what `--peers` and the results call it. */
  readonly name: string;
  readonly title: string;
  /** False for a ceiling, whose answer is not a prediction and is not compared with one. */
  readonly predicts: boolean;
  start(context: StartContext): Command;
  /** The path that answers for this model, with its leading slash. */
  path(rows: Rows): string;
  readonly contentType: string;
  encode(rows: Rows): string;
  /** The predictions inside one answer: nested arrays, a row each. */
  decode(answer: string): unknown;
}
