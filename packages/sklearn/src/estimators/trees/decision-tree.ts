/** The single trees: the value of the leaf where a row ends. */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { asIntegers, type Fill, numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { acceptedByTree } from './accepts-missing.ts';
import { readTrees, type TreeArrays } from './tree-arrays.ts';
import { checkClassWidth, makeShares, outputClasses, shareMethods, valueMethods } from './tree-methods.ts';
import { addLeafValues, writeLeafNumbers } from './walk-trees.ts';

const MODULE = 'sklearn.tree._classes';

export const DECISION_TREES: readonly EstimatorDefinition[] = [
  { className: 'DecisionTreeClassifier', module: MODULE, load: loadClassifier },
  { className: 'DecisionTreeRegressor', module: MODULE, load: loadRegressor },
  { className: 'ExtraTreeClassifier', module: MODULE, load: loadClassifier },
  { className: 'ExtraTreeRegressor', module: MODULE, load: loadRegressor },
];

function loadClassifier(state: ObjectState): FittedEstimator {
  const columns = state.columns(state.attribute('tree_').object().argument(0).integer(1));
  const classes = outputClasses(state);
  const trees = readTrees([state], columns, classes.length);
  checkClassWidth(state, classes, trees);
  if (!state.since(1, 4)) makeShares(trees);
  return state.fitted({
    columns,
    accepts: acceptedByTree(state),
    classes: classes.length === 1 ? classes[0] : undefined,
    methods: {
      ...shareMethods(classes, trees.valueShape[1], leafValuesOf(trees)),
      apply: leavesOf(trees),
    },
  });
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const columns = state.columns(state.attribute('tree_').object().argument(0).integer(1));
  const outputs = state.attribute('n_outputs_').integer(1);
  const trees = readTrees([state], columns, outputs);
  return state.fitted({
    columns,
    accepts: acceptedByTree(state),
    methods: { ...valueMethods(outputs, leafValuesOf(trees)), apply: leavesOf(trees) },
  });
}

function leafValuesOf(trees: TreeArrays): Fill {
  return (X, out) => addLeafValues(trees, X, out);
}

function leavesOf(trees: TreeArrays) {
  return asIntegers(numberPerRow((X, out) => writeLeafNumbers(trees, X, out)));
}
