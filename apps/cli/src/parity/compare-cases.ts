/** Asks a model for every recorded case and compares, method by method: numbers within rtol, the rest exactly. */
import { compareOutputs } from '@chamfer/contracts/compare-golden';
import {
  type MethodName,
  type Output,
  readRows,
  rowShapeOf,
  SklearnError,
  type SklearnModel,
} from '@chamfer/sklearn';
import { nestedOutput } from '../predict/nested-output.ts';
import { withPlace } from '../predict/row-place.ts';
import type { RecordedCase } from './parse-cases.ts';

export type Verdict = 'same' | 'differs' | 'refused';

export interface MethodParity {
  readonly method: string;
  readonly cases: number;
  readonly rows: number;
  /** Largest difference of any number, relative to the larger of the value and its output's root mean square. */
  readonly worst: number;
  readonly verdict: Verdict;
  /** The first place that differs, or why the method or a row was refused; `null` where all is the same. */
  readonly detail: string | null;
}

interface CaseParity {
  readonly worst: number;
  readonly verdict: Verdict;
  readonly detail: string | null;
}

/** In the order in which the methods first stand among the cases. */
export function compareCases(
  model: SklearnModel,
  cases: readonly RecordedCase[],
  rtol: number,
): readonly MethodParity[] {
  const byMethod = Map.groupBy(cases, ({ method }) => method);
  return Array.from(byMethod, ([method, own]) => {
    const results = own.map((one) => compareCase(model, one, rtol));
    const found = (verdict: Verdict) => results.find((one) => one.verdict === verdict);
    const first = found('refused') ?? found('differs');
    return {
      method,
      cases: own.length,
      rows: own.reduce((sum, { input }) => sum + input.length, 0),
      worst: results.reduce((worst, one) => Math.max(worst, one.worst), 0),
      verdict: first?.verdict ?? 'same',
      detail: first?.detail ?? null,
    };
  });
}

function compareCase(model: SklearnModel, recorded: RecordedCase, rtol: number): CaseParity {
  const { path, method, input } = recorded;
  const shape = rowShapeOf(model.signature, method as MethodName);
  let answer: Output;
  try {
    answer = model.run(method as MethodName, readRows(input, shape));
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    const placed = withPlace(error, (row) => `${path}.input[${row}]`, shape.columnNames) as Error;
    const detail = placed === error ? `${path}: ${error.message}` : placed.message;
    return { worst: 0, verdict: 'refused', detail };
  }
  const { worst, mismatch } = compareAnswer(recorded.output, answer, rtol);
  if (mismatch === null) return { worst, verdict: 'same', detail: null };
  const { expected, actual } = mismatch;
  return {
    worst,
    verdict: 'differs',
    detail: `${path}.${mismatch.path}: recorded ${expected}, here ${actual}`,
  };
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value);
}

/** Each array of an answer that is a list by itself: distances say nothing about the size of indices. */
function compareAnswer(recorded: unknown, answer: Output, rtol: number): ReturnType<typeof compareOutputs> {
  if (answer.kind === 'list' && Array.isArray(recorded) && recorded.length === answer.items.length) {
    const parts = answer.items.map((item, index) => {
      const { worst, mismatch } = compareAnswer(recorded[index], item, rtol);
      const path = mismatch?.path.replace('output', `output[${index}]`);
      return { worst, mismatch: mismatch === null ? null : { ...mismatch, path: path! } };
    });
    return {
      worst: Math.max(...parts.map(({ worst }) => worst)),
      mismatch: parts.find(({ mismatch }) => mismatch !== null)?.mismatch ?? null,
    };
  }
  // Labels, leaves and indices are the same or they are not; numbers may stand among the texts of a table.
  const isExact =
    answer.kind === 'labels' ? !answer.values.some(isFraction) : answer.kind === 'numbers' && answer.integer;
  const expected = answer.kind === 'numbers' ? truthAsNumbers(recorded) : recorded;
  return compareOutputs(expected, nestedOutput(answer), isExact ? 0 : rtol);
}

/** What NumPy holds as truth values, such as a MissingIndicator's answer, is 1 and 0 here. */
function truthAsNumbers(recorded: unknown): unknown {
  if (Array.isArray(recorded)) return recorded.map(truthAsNumbers);
  return typeof recorded === 'boolean' ? Number(recorded) : recorded;
}
