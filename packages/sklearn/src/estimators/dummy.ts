/** The dummies: answers that look at no column. Gradient boosting starts from them. Refuses those that draw. */
import type { Classes } from './attribute.ts';
import type { EstimatorDefinition } from './definition.ts';
import { argmax, labelPerRow, numberPerRow, numbersPerRow, probabilityMethods } from './methods.ts';
import type { ObjectState } from './object-state.ts';

export const DUMMIES: readonly EstimatorDefinition[] = [
  {
    className: 'DummyClassifier',
    module: 'sklearn.dummy',
    load: (state) => {
      const isSingle = state.attribute('n_outputs_').integer(1) === 1;
      if (!isSingle) state.refuse('n_outputs_', 'more outputs than one');
      const classes = state.classes();
      const probabilities = probabilitiesOf(state, classes);
      const highest = argmax(probabilities, 0, probabilities.length);
      return state.fitted({
        columns: null,
        accepts: 'anything',
        classes,
        methods: {
          predict: labelPerRow(classes, (_, indices) => indices.fill(highest)),
          ...probabilityMethods(probabilities.length, (_, out) => repeat(probabilities, out)),
        },
      });
    },
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

/** One row of `predict_proba`. */
function probabilitiesOf(state: ObjectState, classes: Classes): Float64Array {
  const count = classes.labels.length;
  const prior = state.attribute('class_prior_').vector(count);
  const strategy = state.choice('strategy', ['prior', 'most_frequent', 'constant']);
  if (strategy === 'prior' && count > 0) return prior;
  const constant = state.optional('constant');
  const chosen =
    strategy === 'constant'
      ? classes.labels.indexOf(constant?.value as string | number | boolean)
      : argmax(prior, 0, count);
  if (!(chosen in classes.labels))
    throw state.attribute('classes_').malformed('labels, the constant among them');
  return new Float64Array(count).fill(1, chosen, chosen + 1);
}

function repeat(row: Float64Array, out: Float64Array): void {
  for (let start = 0; start < out.length; start += row.length) out.set(row, start);
}
