/**
 * MLPClassifier and MLPRegressor: layer after layer activation(X weights + bias), the last with an activation of
 * its own.
 */
import type { Matrix } from '../model.ts';
import type { Classes } from './attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethods } from './definition.ts';
import { multiplyRows, transpose } from './linear-algebra.ts';
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
import { expit, softmaxRows, spreadBinary } from './probability.ts';

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
  logistic: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = expit(values[i]!);
  },
  tanh: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]!);
  },
  relu: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.max(values[i]!, 0);
  },
  softmax: softmaxRows,
  exp: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i]!);
  },
} as const satisfies Record<string, Activation>;

/** One layer; the weights lie with one row an output. */
interface Layer {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  readonly activate: Activation;
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
    layers.push({
      weights: transposed.get(data)!,
      bias: biases[i]!.vector(columns),
      inputs: rows,
      outputs: columns,
      activate: i === weights.length - 1 ? last : hidden,
    });
  }
  const columns = state.columns(layers[0]!.inputs);
  return { columns, outputs: layers.at(-1)!.outputs, forward: (X, out) => runLayers(layers, X, out) };
}

function runLayers(layers: readonly Layer[], X: Matrix, out: Float64Array): void {
  let input = X;
  for (const layer of layers) {
    const isLast = layer === layers.at(-1);
    const data = isLast ? out : new Float64Array(X.rows * layer.outputs);
    multiplyRows(input, layer.weights, layer.outputs, layer.bias, data);
    layer.activate(data, layer.outputs);
    input = { data, rows: X.rows, columns: layer.outputs };
  }
}
