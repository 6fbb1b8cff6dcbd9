/** The files of one model: mostly one, or several whose rows go from each to the next. Plain data that a worker can be given. */

export interface ModelFile {
  readonly path: string;
  /** Of a file that holds several estimators: those that rows go through, in this order. */
  readonly members: readonly string[];
  /** What a manifest says of the file. */
  readonly sha256?: string;
}

export type ModelFiles = readonly [ModelFile, ...ModelFile[]];

export function singleFile(path: string): ModelFiles {
  return [{ path, members: [] }];
}

/** A file by itself is what its runtime reads; everything else only scikit-learn's models can be. */
export function isSingleFile(files: ModelFiles): boolean {
  return files.length === 1 && files[0].members.length === 0;
}

/** Words of a command line: files, and behind each what belongs to it: `a.pkl --member x --then b.pkl c.pkl`. */
export function parseModelFiles(words: readonly string[], pathOf: (text: string) => string): ModelFiles[] {
  const models: { path: string; members: string[] }[][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const isPart = word === '--then' || word === '--member';
    const model = models.at(-1);
    if (!isPart) models.push([{ path: pathOf(word), members: [] }]);
    else if (model === undefined || words[at + 1] === undefined)
      throw new RangeError(`${word} goes after a file`);
    else if (word === '--then') model.push({ path: pathOf(words[++at]!), members: [] });
    else model.at(-1)!.members.push(words[++at]!);
  }
  return models as unknown as ModelFiles[];
}
