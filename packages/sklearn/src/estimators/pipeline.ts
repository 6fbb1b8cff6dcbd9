/**
 * Pipeline: every step transforms what the step before gave; the last one answers. Refuses steps that cannot
 * follow each other.
 */
import type { SklearnError } from '../errors.ts';
import type { Matrix, MethodName } from '../model.ts';
import { checkBetween, checkWidthBetween } from './check-input.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from './definition.ts';
import { asMatrix, asOutput, freeBetween } from './methods.ts';
import type { ObjectState } from './object-state.ts';
import { isSampler, SAMPLERS } from './samplers.ts';

/** What a pipeline hands on to its last step. */
const OF_LAST_STEP = [
  'predict',
  'predict_proba',
  'predict_log_proba',
  'decision_function',
  'score_samples',
  'transform',
] as const satisfies readonly MethodName[];

/** What rows go through, and how it is named and refused. */
export interface Step {
  readonly place: string;
  readonly estimator: FittedEstimator;
  /** What to throw where it should be something else. */
  readonly malformed: (expected: string) => SklearnError;
}

export const PIPELINE: EstimatorDefinition = {
  className: 'Pipeline',
  module: 'sklearn.pipeline',
  parts: SAMPLERS,
  load: (state) => {
    const { steps, answers } = readSteps(state);
    return steps.length === 0 ? passthrough(state) : composeSteps(state.className, steps, answers);
  },
};

/** One estimator of one step or more; `answers` where the last of them is what answers, and no mere transformer. */
export function composeSteps(className: string, steps: readonly Step[], answers: boolean): FittedEstimator {
  const first = steps[0]!;
  const last = steps.at(-1)!;
  const transforms = (answers ? steps.slice(0, -1) : steps).map((step) => {
    const { transform } = step.estimator.methods;
    if (transform === undefined) throw step.malformed('an estimator with transform');
    return { ...step, transform };
  });
  checkWidths(steps);
  const through = (X: Matrix): Matrix => {
    let rows = X;
    let before: FittedMethod | null = null;
    for (const { place, estimator, transform } of transforms) {
      if (estimator !== first.estimator) checkBetween(rows, estimator, place);
      const output = transform.run(rows);
      if (before !== null) freeBetween(before, rows, output);
      rows = asMatrix(output);
      before = transform;
    }
    return rows;
  };
  return {
    className,
    columns: first.estimator.columns,
    columnNames: first.estimator.columnNames,
    accepts: first.estimator.accepts,
    ...kindsOf(steps),
    classes: answers ? last.estimator.classes : null,
    methods: {
      ...(answers
        ? methodsOfLast(last, through, transforms.at(-1)?.transform)
        : {
            transform: { ...last.estimator.methods.transform!, run: (X: Matrix) => asOutput(through(X)) },
          }),
      ...inverse(steps.map((step) => step.estimator)),
    },
  };
}

/** The steps that do something, and whether the last of them is the last of all. */
function readSteps(state: ObjectState): { steps: Step[]; answers: boolean } {
  const steps: Step[] = [];
  let answers = false;
  for (const [i, pair] of state.attribute('steps').items().entries()) {
    const value = pair.items()[1];
    if (value === undefined) throw pair.malformed('a name and an estimator');
    if (isSampler(value.value)) continue;
    const at = value.knownAs(state.path === '' ? `steps[${i}]` : `${state.path}.steps[${i}]`);
    answers = !at.isNone && at.value !== 'passthrough';
    if (!answers) continue;
    const malformed = (expected: string): SklearnError => at.malformed(expected);
    steps.push({ place: at.path, estimator: at.estimator(), malformed });
  }
  return { steps, answers };
}

function methodsOfLast(
  last: Step,
  through: (X: Matrix) => Matrix,
  transform: FittedMethod | undefined,
): FittedMethods {
  const methods: Partial<Record<MethodName, FittedMethod>> = {};
  for (const name of OF_LAST_STEP) {
    const method = last.estimator.methods[name];
    if (method === undefined) continue;
    methods[name] = {
      ...method,
      run: (X) => {
        const rows = through(X);
        if (transform === undefined) return method.run(rows);
        checkBetween(rows, last.estimator, last.place);
        const output = method.run(rows);
        freeBetween(transform, rows, output);
        return output;
      },
    };
  }
  return methods;
}

/** `inverse_transform`, where every step has it: from the last step back to the first. */
function inverse(estimators: readonly FittedEstimator[]): FittedMethods {
  const back = estimators.map((estimator) => estimator.methods.inverse_transform).reverse();
  if (back.includes(undefined)) return {};
  const methods = back as FittedMethod[];
  const columns = methods[0]!.columns ?? estimators.at(-1)!.columns;
  const widths = methods.map((method, i) => method.columns ?? estimators.at(-1 - i)!.columns);
  const run = (X: Matrix) =>
    asOutput(
      methods.reduce((rows, method, i) => {
        checkWidthBetween(rows, widths[i]!, `way back of step ${methods.length - 1 - i}`);
        return asMatrix(method.run(rows));
      }, X),
    );
  return {
    inverse_transform: {
      shape: methods.at(-1)!.shape,
      datatype: 'FP64',
      ...(columns === null ? {} : { columns }),
      run,
    },
  };
}

/** A pipeline of nothing but `passthrough`. */
function passthrough(state: ObjectState): FittedEstimator {
  const same: FittedMethod = { shape: [-1, -1], datatype: 'FP64', run: asOutput };
  return state.fitted({
    columns: null,
    accepts: 'anything',
    methods: { transform: same, inverse_transform: same },
  });
}

/** What the first step takes; a column that it passes on as it is holds what the next one takes. */
function kindsOf(steps: readonly Step[]): Pick<FittedEstimator, 'rows' | 'columnKinds'> {
  const { rows, columnKinds, keepsColumns } = steps[0]!.estimator;
  if (rows === undefined) return {};
  const next = steps[1]?.estimator;
  if (rows !== 'table' || next === undefined || keepsColumns !== true)
    return { rows, columnKinds: columnKinds ?? null };
  const later = next.rows === 'table' || next.rows === undefined ? kindsOf(steps.slice(1)).columnKinds : null;
  const kinds = columnKinds?.map((own, j) =>
    own.kind !== 'any' ? own : next.rows === undefined ? ({ kind: 'number' } as const) : (later?.[j] ?? own),
  );
  return { rows, columnKinds: kinds ?? null };
}

/** What a step gives must be as wide as what the next one takes, where both say. */
function checkWidths(steps: readonly Step[]): void {
  for (const [i, { estimator, malformed }] of steps.entries()) {
    const width = i === 0 ? -1 : (steps[i - 1]!.estimator.methods.transform?.shape[1] ?? 1);
    if (width !== -1 && estimator.columns !== null && estimator.columns !== width) {
      throw malformed(`an estimator of the ${width} columns that the step before gives`);
    }
  }
}
