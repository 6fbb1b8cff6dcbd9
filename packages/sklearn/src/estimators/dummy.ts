/**
 * The dummies: answers that look at no column. Gradient boosting starts from them. Refuses those that draw without
 * a seed.
 */
import type { Label } from '../model.ts';
import type { Attribute, Classes } from './attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from './definition.ts';
import {
  argmax,
  type Fill,
  labelPerRow,
  labelsPerRow,
  listOf,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from './methods.ts';
import type { ObjectState } from './object-state.ts';
import { readSeed, SeededRandom } from './seeded-random.ts';

export const DUMMIES: readonly EstimatorDefinition[] = [
  {
    className: 'DummyClassifier',
    module: 'sklearn.dummy',
    load: loadClassifier,
  },
  {
    className: 'DummyRegressor',
    module: 'sklearn.dummy',
    load: (state) => {
      const { data: constant } = state.attribute('constant_').array();
      const outputs = state.attribute('n_outputs_').integer(1);
      if (constant.length !== outputs)
        throw state.attribute('constant_').malformed(`an array of ${outputs} numbers`);
      const predict =
        outputs === 1
          ? numberPerRow((_, out) => out.fill(constant[0]!))
          : numbersPerRow(outputs, (_, out) => repeat(constant, out));
      return state.fitted({ columns: null, accepts: 'anything', methods: { predict } });
    },
  },
];

const STRATEGIES = ['prior', 'most_frequent', 'constant', 'stratified', 'uniform'] as const;
type Strategy = (typeof STRATEGIES)[number];

function loadClassifier(state: ObjectState): FittedEstimator {
  const strategy = state.choice('strategy', STRATEGIES);
  const count = state.attribute('n_outputs_').integer(1);
  const isSingle = count === 1;
  const [classes, priors] = [state.attribute('classes_'), state.attribute('class_prior_')];
  const constants = strategy === 'constant' ? readConstants(state.attribute('constant'), count) : null;
  const priorOf = isSingle ? [priors] : priors.items();
  const outputs = (isSingle ? [classes] : classes.items()).map((item, k) =>
    readOutput(item, priorOf[k] ?? priors, strategy, constants?.[k]),
  );
  if (outputs.length !== count) throw classes.malformed(`a list of ${count} arrays`);
  const answers =
    strategy === 'stratified' || strategy === 'uniform' ? drawn(state, outputs, strategy) : fixed(outputs);
  return state.fitted({
    columns: null,
    accepts: 'anything',
    classes: isSingle ? outputs[0]!.classes : undefined,
    methods: isSingle ? methodsOfOne(outputs[0]!, answers) : methodsOf(outputs, answers),
  });
}

/** One label, or a list or an array of one for each output. */
function readConstants(constant: Attribute, count: number): readonly Label[] {
  const shape = constant.shape();
  const isArray = shape.length === 1 && !isList(constant);
  const labels = isArray
    ? constant.classes().labels
    : (shape.length === 0 ? [constant] : constant.items()).map(readLabel);
  if (labels.length !== count) throw constant.malformed(`a label for each of ${count} outputs`);
  return labels;
}

function isList({ value }: Attribute): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind !== 'ndarray';
}

function readLabel(item: Attribute): Label {
  const { value } = item;
  return typeof value === 'string' || typeof value === 'boolean' ? value : item.number();
}

/** What is said of one output: the index of the label, and one row of probabilities. */
interface DummyOutput {
  readonly classes: Classes;
  readonly highest: number;
  readonly row: Float64Array;
}

function readOutput(
  attribute: Attribute,
  priors: Attribute,
  strategy: Strategy,
  constant: Label | undefined,
): DummyOutput {
  const classes = attribute.classes();
  const count = classes.labels.length;
  const prior = priors.vector(count);
  const highest = strategy === 'constant' ? classes.labels.indexOf(constant!) : argmax(prior, 0, count);
  if (!(highest in classes.labels)) throw attribute.malformed('labels, the constant among them');
  return { classes, highest, row: rowOf(strategy, prior, highest) };
}

function rowOf(strategy: Strategy, prior: Float64Array, highest: number): Float64Array {
  if (strategy === 'prior' || strategy === 'stratified') return prior;
  const row = new Float64Array(prior.length);
  return strategy === 'uniform' ? row.fill(1 / prior.length) : row.fill(1, highest, highest + 1);
}

/** What is said of so many rows. */
interface Answers {
  /** Of each output the index of the label of each row. */
  readonly indices: (rows: number) => readonly Int32Array[];
  /** Of one output the probabilities. */
  readonly probabilities: (output: number) => Fill;
}

/** The same of every row. */
function fixed(outputs: readonly DummyOutput[]): Answers {
  return {
    indices: (rows) => outputs.map(({ highest }) => new Int32Array(rows).fill(highest)),
    probabilities: (k) => (_, out) => repeat(outputs[k]!.row, out),
  };
}

/** Labels that are drawn from the same seed at each call, of one output after another. */
function drawn(
  state: ObjectState,
  outputs: readonly DummyOutput[],
  strategy: 'stratified' | 'uniform',
): Answers {
  const seed = readSeed(state);
  if (seed === null) state.refuse('strategy', `${strategy} without a seed`);
  if (state.optional('sparse_output_')?.boolean() ?? false)
    state.refuse('strategy', 'sparse labels that are drawn');
  state.joinsRows();
  const isUniform = strategy === 'uniform';
  const indices = (rows: number): Int32Array[] => {
    const random = new SeededRandom(seed ?? 0);
    return outputs.map(({ row }) =>
      Int32Array.from({ length: rows }, () => (isUniform ? random.upTo(row.length - 1) : random.choose(row))),
    );
  };
  return {
    indices,
    probabilities: (k) => (X, out) => {
      const { row } = outputs[k]!;
      if (isUniform) return repeat(row, out);
      for (const [i, index] of indices(X.rows)[k]!.entries()) out[i * row.length + index] = 1;
    },
  };
}

function methodsOfOne({ classes, row }: DummyOutput, { indices, probabilities }: Answers): FittedMethods {
  return {
    predict: labelPerRow(classes, (X, out) => out.set(indices(X.rows)[0]!)),
    ...probabilityMethods(row.length, probabilities(0)),
  };
}

function methodsOf(outputs: readonly DummyOutput[], { indices, probabilities }: Answers): FittedMethods {
  const each = outputs.map(({ row }, k) => probabilityMethods(row.length, probabilities(k)));
  const listed = (method: 'predict_proba' | 'predict_log_proba'): FittedMethod =>
    listOf(
      outputs.map(({ row }, k) => ({ name: `output_${k}`, shape: [-1, row.length], datatype: 'FP64' })),
      (X) => each.map((methods) => methods[method].run(X)),
    );
  return {
    predict: labelsPerRow(
      outputs.map(({ classes }) => classes),
      (X, out) => {
        const byOutput = indices(X.rows);
        for (let i = 0; i < out.length; i++) {
          out[i] = byOutput[i % outputs.length]![Math.floor(i / outputs.length)]!;
        }
      },
    ),
    predict_proba: listed('predict_proba'),
    predict_log_proba: listed('predict_log_proba'),
  };
}

function repeat(row: Float64Array, out: Float64Array): void {
  for (let start = 0; start < out.length; start += row.length) out.set(row, start);
}
