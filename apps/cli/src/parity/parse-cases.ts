/**
 * The recorded cases of a model: what scikit-learn was asked, and what it answered. Refuses what is not of the form
 * that docs/reference/cases.md describes, with the place.
 */

export interface RecordedCase {
  /** Where it stands, for messages: `cases[3]`. */
  readonly path: string;
  readonly method: string;
  readonly input: readonly unknown[];
  /** Nested lists. */
  readonly output: unknown;
}

/** The JSON form: `{"cases": [{"method", "input", "output"}]}`. Throws an Error that says what is wrong. */
export function parseCases(text: string): readonly RecordedCase[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`the cases are no JSON: ${(error as Error).message}`);
  }
  const cases = isObject(document) ? document.cases : undefined;
  if (!Array.isArray(cases)) throw new Error('the cases must be an object with a list "cases"');
  if (cases.length === 0) throw new Error('there are no cases to compare');
  return cases.map((one: unknown, index) => parseCase(one, `cases[${index}]`));
}

function parseCase(value: unknown, path: string): RecordedCase {
  if (!isObject(value)) throw new Error(`${path} must be an object with "method", "input" and "output"`);
  const { method, input, output } = value;
  if (typeof method !== 'string' || method === '') {
    throw new Error(`${path}.method must be a text such as "predict_proba"`);
  }
  if (!Array.isArray(input) || input.length === 0) throw new Error(`${path}.input must be a list of rows`);
  if (!Array.isArray(output)) throw new Error(`${path}.output must be a list`);
  return { path, method, input, output };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
