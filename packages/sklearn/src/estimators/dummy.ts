/** The dummies: answers that look at no column. Gradient boosting starts from them. Refuses those that draw. */
import type { Label } from '../model.ts';
import type { Attribute, Classes } from './attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from './definition.ts';
import {
  argmax,
  labelPerRow,
  labelsPerRow,
  listOf,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from './methods.ts';
import type { ObjectState } from './object-state.ts';

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

function loadClassifier(state: ObjectState): FittedEstimator {
  const strategy = state.choice('strategy', ['prior', 'most_frequent', 'constant']);
  const count = state.attribute('n_outputs_').integer(1);
  const isSingle = count === 1;
  const [classes, priors] = [state.attribute('classes_'), state.attribute('class_prior_')];
  const constants = strategy === 'constant' ? readConstants(state.attribute('constant'), count) : null;
  const priorOf = isSingle ? [priors] : priors.items();
  const outputs = (isSingle ? [classes] : classes.items()).map((item, k) =>
    readOutput(item, priorOf[k] ?? priors, strategy, constants?.[k]),
  );
  if (outputs.length !== count) throw classes.malformed(`a list of ${count} arrays`);
  return state.fitted({
    columns: null,
    accepts: 'anything',
    classes: isSingle ? outputs[0]!.classes : undefined,
    methods: isSingle ? methodsOfOne(outputs[0]!) : methodsOf(outputs),
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
  strategy: 'prior' | 'most_frequent' | 'constant',
  constant: Label | undefined,
): DummyOutput {
  const classes = attribute.classes();
  const count = classes.labels.length;
  const prior = priors.vector(count);
  const highest = strategy === 'constant' ? classes.labels.indexOf(constant!) : argmax(prior, 0, count);
  if (!(highest in classes.labels)) throw attribute.malformed('labels, the constant among them');
  const row = strategy === 'prior' ? prior : new Float64Array(count).fill(1, highest, highest + 1);
  return { classes, highest, row };
}

function methodsOfOne({ classes, highest, row }: DummyOutput): FittedMethods {
  return {
    predict: labelPerRow(classes, (_, indices) => indices.fill(highest)),
    ...probabilityMethods(row.length, (_, out) => repeat(row, out)),
  };
}

function methodsOf(outputs: readonly DummyOutput[]): FittedMethods {
  const each = outputs.map(({ row }) => probabilityMethods(row.length, (_, out) => repeat(row, out)));
  const listed = (method: 'predict_proba' | 'predict_log_proba'): FittedMethod =>
    listOf(
      outputs.map(({ row }, k) => ({ name: `output_${k}`, shape: [-1, row.length], datatype: 'FP64' })),
      (X) => each.map((methods) => methods[method].run(X)),
    );
  return {
    predict: labelsPerRow(
      outputs.map(({ classes }) => classes),
      (_, indices) => {
        for (let i = 0; i < indices.length; i++) indices[i] = outputs[i % outputs.length]!.highest;
      },
    ),
    predict_proba: listed('predict_proba'),
    predict_log_proba: listed('predict_log_proba'),
  };
}

function repeat(row: Float64Array, out: Float64Array): void {
  for (let start = 0; start < out.length; start += row.length) out.set(row, start);
}
