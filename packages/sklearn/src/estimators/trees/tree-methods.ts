/** What single trees and forests share: their outputs and classes, and answers made of leaf values. */
import type { Matrix, Output } from '../../model.ts';
import type { Classes } from '../attribute.ts';
import type { FittedMethods } from '../definition.ts';
import {
  argmax,
  type Fill,
  labelOfHighest,
  labelsPerRow,
  listOf,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import type { TreeArrays } from './tree-arrays.ts';

/** `classes_` of each output: an array, or a list of them where there are several. */
export function outputClasses(state: ObjectState): readonly Classes[] {
  const classes = state.attribute('classes_');
  const outputs = state.attribute('n_outputs_').integer(1);
  const each = outputs === 1 ? [classes] : classes.items();
  if (each.length !== outputs) throw classes.malformed(`a list of ${outputs} arrays`);
  return each.map((one) => {
    const read = one.classes();
    if (read.labels.length === 0) throw one.malformed('labels');
    return read;
  });
}

/** Every value has as many numbers as the output with the most classes. */
export function checkClassWidth(state: ObjectState, classes: readonly Classes[], trees: TreeArrays): void {
  const most = classes.reduce((most, { labels }) => Math.max(most, labels.length), 0);
  const width = trees.valueShape[1];
  if (width !== most) throw state.attribute('classes_').malformed(`${width} labels for the widest output`);
}

/** Up to 1.3 the values of a classifier are weights of the training rows; they become shares here. */
export function makeShares(trees: TreeArrays): void {
  const { leafValues } = trees;
  const width = trees.valueShape[1];
  for (let start = 0; start < leafValues.length; start += width) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += leafValues[start + k]!;
    if (sum !== 0) for (let k = 0; k < width; k++) leafValues[start + k]! /= sum;
  }
}

/**
 * The methods of a classifier whose `shares` writes (rows, outputs, width) probabilities, of which each output
 * has as many as it has classes.
 */
export function shareMethods(classes: readonly Classes[], width: number, shares: Fill): FittedMethods {
  const outputs = classes.length;
  if (outputs === 1) {
    return { predict: labelOfHighest(classes[0]!, shares), ...probabilityMethods(width, shares) };
  }
  const allShares = (X: Matrix): Float64Array => {
    const out = new Float64Array(X.rows * outputs * width);
    shares(X, out);
    return out;
  };
  /** An array an output, without the columns that only wider outputs use. */
  const perOutput = (transform: (share: number) => number) => (X: Matrix) => {
    const out = allShares(X);
    return classes.map(({ labels }, k): Output => {
      const data = new Float64Array(X.rows * labels.length);
      for (let i = 0, to = 0; i < X.rows; i++) {
        const from = (i * outputs + k) * width;
        for (let j = 0; j < labels.length; j++) data[to++] = transform(out[from + j]!);
      }
      return { kind: 'numbers', data, shape: [X.rows, labels.length], integer: false };
    });
  };
  const parts = classes.map(({ labels }, k) => ({
    name: `output_${k}`,
    shape: [-1, labels.length],
    datatype: 'FP64' as const,
  }));
  return {
    predict: labelsPerRow(classes, (X, indices) => {
      const out = allShares(X);
      for (let i = 0; i < indices.length; i++) {
        indices[i] = argmax(out, i * width, classes[i % outputs]!.labels.length);
      }
    }),
    predict_proba: listOf(
      parts,
      perOutput((share) => share),
    ),
    predict_log_proba: listOf(parts, perOutput(Math.log)),
  };
}

/** `predict` of a regression with one output or several. */
export function valueMethods(outputs: number, values: Fill): FittedMethods {
  return { predict: outputs === 1 ? numberPerRow(values) : numbersPerRow(outputs, values) };
}
