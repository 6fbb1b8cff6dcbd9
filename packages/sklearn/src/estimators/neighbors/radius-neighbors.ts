/**
 * RadiusNeighborsClassifier and RadiusNeighborsRegressor: the vote or the mean of all training rows within a radius.
 * A row without any is an outlier, which a classifier without a label for outliers refuses.
 */
import { SklearnError } from '../../errors.ts';
import type { Label, Matrix } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { argmax, labelPerRow, labelsPerRow, numberPerRow, numbersPerRow } from '../methods.ts';
import { numpySum } from '../numpy-sum.ts';
import type { ObjectState } from '../object-state.ts';
import { countsByClass, type NeighborIndex, readNeighborIndex, visitWithin } from './neighbor-search.ts';
import {
  probabilitiesPerRow,
  readTargets,
  readVoteClasses,
  readVotes,
  readWeighs,
  weigh,
} from './targets.ts';

export const RADIUS_NEIGHBORS: readonly EstimatorDefinition[] = [
  {
    className: 'RadiusNeighborsClassifier',
    module: 'sklearn.neighbors._classification',
    load: loadClassifier,
  },
  { className: 'RadiusNeighborsRegressor', module: 'sklearn.neighbors._regression', load: loadRegressor },
];

/** Called for each row with the indices and weights of the `count` training rows that were found. */
type Visit = (row: number, indices: Int32Array, weights: Float64Array, count: number) => void;
type VisitNeighbors = (X: Matrix, visit: Visit) => void;

function readFitted(state: ObjectState): {
  readonly index: NeighborIndex;
  readonly visitNeighbors: VisitNeighbors;
} {
  const index = readNeighborIndex(state);
  const search = index.within(state.attribute('radius').number());
  const weighs = readWeighs(state);
  return {
    index,
    visitNeighbors: (X, visit) => {
      const weights = new Float64Array(index.training.rows).fill(1);
      visitWithin(index, search, X, (row, { indices, distances, count }) => {
        if (weighs) weigh(distances, count, weights);
        visit(row, indices, weights, count);
      });
    },
  };
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const { index, visitNeighbors } = readFitted(state);
  const { classes, isSeveral } = readVoteClasses(state);
  const outputs = classes.length;
  const votes = readVotes(state.attribute('_y'), index.training.rows, classes, isSeveral);
  const outliers = readOutlierLabels(state, outputs);
  const outlierClasses = outliers?.map((label, k) =>
    outlierClass(state, index, classes[k]!, label, isSeveral),
  );
  const probabilities = (X: Matrix): Float64Array[] => {
    const each = classes.map(({ labels }) => new Float64Array(X.rows * labels.length));
    visitNeighbors(X, (row, indices, weights, count) => {
      if (count === 0 && outlierClasses === undefined) throw noNeighbors(state, row);
      for (let k = 0; k < outputs; k++) {
        const out = each[k]!;
        const width = classes[k]!.labels.length;
        const start = row * width;
        for (let n = 0; n < count; n++) out[start + votes[indices[n]! * outputs + k]!]! += weights[n]!;
        if (count === 0 && outlierClasses![k] !== -1) out[start + outlierClasses![k]!] = 1;
        const total = numpySum(out, start, width) || 1;
        for (let j = start; j < start + width; j++) out[j]! /= total;
      }
    });
    return each;
  };
  const fill = (X: Matrix, out: Int32Array): void => {
    const each = probabilities(X);
    for (let i = 0; i < out.length; i++) {
      const width = classes[i % outputs]!.labels.length;
      const start = Math.floor(i / outputs) * width;
      const best = argmax(each[i % outputs]!, start, width);
      // Where no class has any probability stands the label for outliers, which comes last.
      out[i] = outliers !== null && each[i % outputs]![start + best] === 0 ? width : best;
    }
  };
  const answers = classes.map((one, k) => ({
    ...one,
    labels: outliers === null ? one.labels : [...one.labels, outliers[k]!],
  }));
  return state.fitted({
    columns: state.columns(index.training.columns),
    accepts: index.accepts,
    classes: isSeveral ? undefined : classes[0],
    methods: {
      predict: isSeveral ? labelsPerRow(answers, fill) : labelPerRow(answers[0]!, fill),
      ...probabilitiesPerRow(classes, isSeveral, probabilities),
    },
  });
}

/** `outlier_label_`: one an output, or `null` for none. */
function readOutlierLabels(state: ObjectState, outputs: number): readonly Label[] | null {
  const attribute = state.optional('outlier_label_');
  if (attribute === null) return null;
  const { value } = attribute;
  const isArray = typeof value === 'object' && value !== null && 'dtype' in value && value.dtype !== 'O';
  const labels = isArray ? attribute.classes().labels : attribute.items().map((item) => item.label());
  if (labels.length !== outputs) throw attribute.malformed(`a label for each of ${outputs} outputs`);
  return labels;
}

/**
 * The index of the class that outliers get, -1 for none. From 1.4 on brute force has a way of its own to count
 * votes of the same weight, which looks for the parameter as it was given, and from 1.9 on among the indices.
 */
function outlierClass(
  state: ObjectState,
  index: NeighborIndex,
  { labels }: Classes,
  label: Label,
  isSeveral: boolean,
): number {
  const isOwnWay =
    state.since(1, 4) &&
    !isSeveral &&
    state.attribute('weights').value === 'uniform' &&
    countsByClass(state, index);
  if (!isOwnWay) return labels.indexOf(label);
  const given = toNumber(state.attribute('outlier_label'));
  if (!state.since(1, 9)) return labels.indexOf(given);
  return given in labels ? given : -1;
}

/** NaN for what is no number. */
function toNumber(attribute: Attribute): number {
  const isScalar = attribute.shape().length === 0 && typeof attribute.value !== 'string';
  return isScalar ? Number(attribute.label()) : Number.NaN;
}

function noNeighbors(state: ObjectState, row: number): SklearnError {
  const path = `inputs[${row}]`;
  return new SklearnError(
    'INPUT_INVALID',
    `${path} has no neighbours within the radius of the ${state.className}, which has no label for outliers.`,
    { path },
  );
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const { index, visitNeighbors } = readFitted(state);
  const attribute = state.attribute('_y');
  const { y, outputs, isFlat } = readTargets(attribute, index.training.rows);
  const empty = emptyTarget(attribute);
  const fill = (X: Matrix, out: Float64Array): void =>
    visitNeighbors(X, (row, indices, weights, count) => {
      const total = numpySum(weights, 0, count);
      for (let k = 0; k < outputs; k++) {
        let sum = 0;
        for (let n = 0; n < count; n++) sum += y[indices[n]! * outputs + k]! * weights[n]!;
        out[row * outputs + k] = count === 0 ? empty : sum / total;
      }
    });
  return state.fitted({
    columns: state.columns(index.training.columns),
    accepts: index.accepts,
    methods: { predict: isFlat ? numberPerRow(fill) : numbersPerRow(outputs, fill) },
  });
}

/** What NaN is in the type of the targets: among integers the smallest one. */
function emptyTarget({ value }: Attribute): number {
  const isIntegers =
    typeof value === 'object' && value !== null && 'dtype' in value && /^i/.test(value.dtype);
  return isIntegers ? -(2 ** 63) : Number.NaN;
}
