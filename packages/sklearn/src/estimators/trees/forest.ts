/** The forests: the mean of what their trees say; RandomTreesEmbedding: in which of their leaves a row ends. */
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { innerMethod, readInner } from '../inner-estimator.ts';
import { asIntegers, asMatrix, type Fill, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { acceptedByForest } from './accepts-missing.ts';
import { readTrees, type TreeArrays } from './tree-arrays.ts';
import { checkClassWidth, makeShares, outputClasses, shareMethods, valueMethods } from './tree-methods.ts';
import { addLeafValues, writeLeafNumbers } from './walk-trees.ts';

const MODULE = 'sklearn.ensemble._forest';

export const FORESTS: readonly EstimatorDefinition[] = [
  { className: 'RandomForestClassifier', module: MODULE, load: loadClassifier },
  { className: 'RandomForestRegressor', module: MODULE, load: loadRegressor },
  { className: 'ExtraTreesClassifier', module: MODULE, load: loadClassifier },
  { className: 'ExtraTreesRegressor', module: MODULE, load: loadRegressor },
  { className: 'RandomTreesEmbedding', module: MODULE, load: loadEmbedding },
];

function loadClassifier(state: ObjectState): FittedEstimator {
  const owners = readOwners(state);
  const columns = columnsOf(state, owners);
  const classes = outputClasses(state);
  const trees = readTrees(owners, columns, classes.length);
  checkClassWidth(state, classes, trees);
  if (!state.since(1, 4)) makeShares(trees);
  return state.fitted({
    columns,
    accepts: acceptedByForest(state, owners[0]!),
    classes: classes.length === 1 ? classes[0] : undefined,
    methods: { ...shareMethods(classes, trees.valueShape[1], meanOf(trees)), apply: leavesOf(trees) },
  });
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const owners = readOwners(state);
  const columns = columnsOf(state, owners);
  const outputs = state.attribute('n_outputs_').integer(1);
  const trees = readTrees(owners, columns, outputs);
  return state.fitted({
    columns,
    accepts: acceptedByForest(state, owners[0]!),
    methods: { ...valueMethods(outputs, meanOf(trees)), apply: leavesOf(trees) },
  });
}

/** The leaves, one-hot. */
function loadEmbedding(state: ObjectState): FittedEstimator {
  const owners = readOwners(state);
  const columns = columnsOf(state, owners);
  const leaves = leavesOf(readTrees(owners, columns, 1));
  const at = state.attribute('one_hot_encoder_');
  const encoder = readInner(at, owners.length);
  const encode = innerMethod(state, encoder, at, 'transform', [-1, -1]);
  return state.fitted({
    columns,
    accepts: acceptedByForest(state, owners[0]!),
    methods: {
      apply: leaves,
      transform: { ...encode, run: (X) => encode.run(asMatrix(leaves.run(X))) },
    },
  });
}

function readOwners(state: ObjectState): ObjectState[] {
  const estimators = state.attribute('estimators_');
  const owners = estimators.items().map((item) => item.object());
  if (owners.length === 0) throw estimators.malformed('one tree or more');
  return owners;
}

function columnsOf(state: ObjectState, owners: readonly ObjectState[]): number {
  return state.columns(owners[0]!.attribute('tree_').object().argument(0).integer(1));
}

/** Summed in the order of the trees and divided once, so that ties are ties here too. */
function meanOf(trees: TreeArrays): Fill {
  const count = trees.roots.length;
  return (X, out) => {
    addLeafValues(trees, X, out);
    for (let i = 0; i < out.length; i++) out[i]! /= count;
  };
}

function leavesOf(trees: TreeArrays): FittedMethod {
  const fill: Fill = (X, out) => writeLeafNumbers(trees, X, out);
  return asIntegers(numbersPerRow(trees.roots.length, fill));
}
