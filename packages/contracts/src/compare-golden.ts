/** What the tolerance of golden cases means: the one comparison of a recorded output with an answer. */

export interface GoldenDifference {
  /** Largest difference of any number, relative to the larger of the value and the output's root mean square. */
  readonly worst: number;
  /** Where the answer first differs in kind, in length, in a label, or by more than allowed; null where it agrees. */
  readonly mismatch: { readonly path: string; readonly expected: string; readonly actual: string } | null;
}

/** Numbers that JSON cannot hold are written as the words that NumPy prints. */
function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return null;
}

/** Of the finite numbers, each divided by the largest first: squares of large ones would be infinite. */
function rootMeanSquare(value: unknown): number {
  let largest = 0;
  let sum = 0;
  let count = 0;
  const visit = (item: unknown, use: (size: number) => void): void => {
    if (Array.isArray(item)) for (const child of item) visit(child, use);
    else if (typeof item === 'number' && Number.isFinite(item)) use(Math.abs(item));
  };
  visit(value, (size) => {
    if (size > largest) largest = size;
  });
  if (largest === 0) return 0;
  visit(value, (size) => {
    sum += (size / largest) ** 2;
    count += 1;
  });
  return largest * Math.sqrt(sum / count);
}

function relativeDifference(expected: number, actual: number, scale: number): number {
  if (Object.is(expected, actual) || expected === actual) return 0;
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return Number.POSITIVE_INFINITY;
  return Math.abs(expected - actual) / Math.max(Math.abs(expected), scale, Number.MIN_VALUE);
}

/** Compares nested arrays of numbers and labels; `rtol` as in `GoldenCases`. */
export function compareOutputs(expected: unknown, actual: unknown, rtol: number): GoldenDifference {
  const scale = rootMeanSquare(expected);
  let worst = 0;
  let mismatch: GoldenDifference['mismatch'] = null;
  const differ = (path: string, wanted: unknown, got: unknown): void => {
    mismatch ??= {
      path: path === '' ? 'output' : `output${path}`,
      expected: show(wanted),
      actual: show(got),
    };
  };
  const visit = (wanted: unknown, got: unknown, path: string): void => {
    if (Array.isArray(wanted)) {
      if (!Array.isArray(got) || got.length !== wanted.length) differ(path, wanted, got);
      else for (const [index, child] of wanted.entries()) visit(child, got[index], `${path}[${index}]`);
      return;
    }
    const wantedNumber = asNumber(wanted);
    const gotNumber = asNumber(got);
    if (wantedNumber === null || gotNumber === null) {
      if (wanted !== got) differ(path, wanted, got);
      return;
    }
    const difference = relativeDifference(wantedNumber, gotNumber, scale);
    worst = Math.max(worst, difference);
    if (difference > rtol) differ(path, wanted, got);
  };
  visit(expected, actual, '');
  return { worst, mismatch };
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
