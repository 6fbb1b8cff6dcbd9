/**
 * MLPClassifier and MLPRegressor: layer after layer activation(X weights + bias), the last with an activation of
 * its own.
 */
import { freeNumbers } from '../free-numbers.ts';
import type { Matrix } from '../model.ts';
import { SparseRows } from '../sparse-rows.ts';
import type { Classes } from './attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethods } from './definition.ts';
import { exponentiate, hyperbolicTangent } from './kernels/exponential.ts';
import { multiplyRectified, multiplyRows, transpose } from './linear-algebra.ts';
import {
  asIntegers,
  type Fill,
  labelOfHighest,
  labelPerRow,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from './methods.ts';
import type { ObjectState } from './object-state.ts';
import { logistic, softmaxRows, spreadBinary } from './probability.ts';

const MODULE = 'sklearn.neural_network._multilayer_perceptron';

export const MULTILAYER_PERCEPTRONS: readonly EstimatorDefinition[] = [
  { className: 'MLPClassifier', module: MODULE, load: loadClassifier },
  { className: 'MLPRegressor', module: MODULE, load: loadRegressor },
];

/** Real networks of this kind have up to ten; a file that names one layer a million times wants to stop the machine. */
const LAYERS_MAX = 1_000;

type Activation = (values: Float64Array, columns: number) => void;

const ACTIVATIONS = {
  identity: () => {},
  logistic,
  tanh: hyperbolicTangent,
  relu: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.max(values[i]!, 0);
  },
  softmax: softmaxRows,
  exp: (values) => exponentiate(values, 1),
} as const satisfies Record<string, Activation>;

/** Rows that go through all layers together. */
const BLOCK_ROWS = 512;

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly run: Fill;
}

interface Network {
  readonly columns: number;
  readonly outputs: number;
  readonly forward: Fill;
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const { columns, outputs, forward } = readNetwork(state, ['identity', 'exp']);
  const predict = outputs === 1 ? numberPerRow(forward) : numbersPerRow(outputs, forward);
  return state.fitted({ columns, accepts: 'finite', methods: { predict } });
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const { columns, outputs, forward } = readNetwork(state, ['softmax', 'logistic']);
  const classes = state.classes();
  const kind = state
    .attribute('_label_binarizer')
    .object()
    .choice('y_type_', ['binary', 'multiclass', 'multilabel-indicator']);
  const expected = kind === 'binary' ? 1 : classes.labels.length;
  if (outputs !== expected || classes.labels.length === 0) {
    throw state.attribute('coefs_').malformed(`layers that end in ${expected} outputs`);
  }
  return state.fitted({
    columns,
    accepts: 'finite',
    classes: kind === 'multilabel-indicator' ? undefined : classes,
    methods: kind === 'binary' ? binaryMethods(classes, forward) : wideMethods(kind, classes, forward),
  });
}

/** One output: the probability of the second class. */
function binaryMethods(classes: Classes, forward: Fill): FittedMethods {
  const last = classes.labels.length - 1;
  return {
    predict: labelPerRow(classes, (X, indices) => {
      const probability = new Float64Array(X.rows);
      forward(X, probability);
      for (let i = 0; i < X.rows; i++) indices[i] = probability[i]! > 0.5 ? last : 0;
    }),
    ...probabilityMethods(2, (X, out) => {
      forward(X, out.subarray(0, X.rows));
      spreadBinary(out, X.rows);
    }),
  };
}

/** One output a class; with several labels a row, each is there or not. */
function wideMethods(
  kind: 'multiclass' | 'multilabel-indicator',
  classes: Classes,
  forward: Fill,
): FittedMethods {
  const count = classes.labels.length;
  const predict =
    kind === 'multiclass'
      ? labelOfHighest(classes, forward)
      : asIntegers(
          numbersPerRow(count, (X, out) => {
            forward(X, out);
            for (let i = 0; i < out.length; i++) out[i] = out[i]! > 0.5 ? 1 : 0;
          }),
        );
  return { predict, ...probabilityMethods(count, forward) };
}

function readNetwork<const T extends keyof typeof ACTIVATIONS>(
  state: ObjectState,
  lastActivations: readonly T[],
): Network {
  const hidden = ACTIVATIONS[state.choice('activation', ['relu', 'identity', 'logistic', 'tanh'])];
  const last = ACTIVATIONS[state.choice('out_activation_', lastActivations)];
  const coefs = state.attribute('coefs_');
  const weights = coefs.items();
  const biases = state.attribute('intercepts_').items();
  if (weights.length < 1 || weights.length > LAYERS_MAX || biases.length !== weights.length) {
    throw coefs.malformed(`a list of 1 to ${LAYERS_MAX} matrices, as many as intercepts_`);
  }
  const layers: Layer[] = [];
  // A file may name one matrix for many layers; it is transposed once.
  const transposed = new Map<Float64Array, Float64Array>();
  for (const [i, attribute] of weights.entries()) {
    const before = layers.at(-1);
    const { data, rows, columns } = attribute.matrix(before === undefined ? {} : { rows: before.outputs });
    if (!transposed.has(data)) transposed.set(data, transpose(data, rows, columns));
    const activate = i === weights.length - 1 ? last : hidden;
    const run = layerOf(transposed.get(data)!, biases[i]!.vector(columns), activate);
    layers.push({ inputs: rows, outputs: columns, run });
  }
  const columns = state.columns(layers[0]!.inputs);
  return { columns, outputs: layers.at(-1)!.outputs, forward: (X, out) => runLayers(layers, X, out) };
}

/** The weights lie with one row an output. */
function layerOf(weights: Float64Array, bias: Float64Array, activate: Activation): Fill {
  const outputs = bias.length;
  if (activate === ACTIVATIONS.relu) return (X, out) => multiplyRectified(X, weights, outputs, bias, out);
  return (X, out) => {
    multiplyRows(X, weights, outputs, bias, out);
    activate(out, outputs);
  };
}

/** A block of rows through all layers after the other, so that what lies between the layers stays small. */
function runLayers(layers: readonly Layer[], X: Matrix, out: Float64Array): void {
  const between = layers.slice(0, -1);
  const widest = between.reduce((most, { outputs }) => Math.max(most, outputs), 0);
  const height = X instanceof SparseRows ? X.rows : Math.min(X.rows, BLOCK_ROWS);
  // Each layer but the last writes into one of two, and reads the other.
  const buffers = between.slice(0, 2).map(() => new Float64Array(height * widest));
  const { outputs: last } = layers.at(-1)!;
  for (let first = 0; first < X.rows; first += height) {
    const rows = Math.min(height, X.rows - first);
    let input = rows === X.rows ? X : rowsOf(X, first, rows);
    for (const [i, layer] of layers.entries()) {
      const isLast = i === layers.length - 1;
      const data = isLast
        ? out.subarray(first * last, (first + rows) * last)
        : buffers[i % 2]!.subarray(0, rows * layer.outputs);
      layer.run(input, data);
      input = { data, rows, columns: layer.outputs };
    }
  }
  buffers.forEach(freeNumbers);
}

function rowsOf({ data, columns }: Matrix, first: number, rows: number): Matrix {
  return { data: data.subarray(first * columns, (first + rows) * columns), rows, columns };
}
