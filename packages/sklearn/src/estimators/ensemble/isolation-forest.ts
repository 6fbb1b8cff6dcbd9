/** IsolationForest: how soon random splits part a row from all others. */
import { SklearnError } from '../../errors.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { asIntegers, type Fill, numberPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readTrees, type TreeArrays } from '../trees/tree-arrays.ts';
import { addLeafValues } from '../trees/walk-trees.ts';

const EULER = 0.5772156649015329;

export const ISOLATION_FOREST: EstimatorDefinition = {
  className: 'IsolationForest',
  module: 'sklearn.ensemble._iforest',
  load: (state) => {
    const columns = state.columns(undefined, 'n_features_');
    const averagePathLength = state.since(0, 21) ? averagePathOf : averagePathUpTo020;
    const trees = readPathLengths(state, columns, averagePathLength);
    const { offset, threshold, isOutlierAtThreshold } = readThreshold(state);
    const samples = state.attribute(state.has('_max_samples') ? '_max_samples' : 'max_samples_').integer(1);
    const expected = trees.roots.length * averagePathLength(samples);
    const scores: Fill = (X, out) => {
      addLeafValues(trees, X, out);
      for (let i = 0; i < out.length; i++) out[i] = -(2 ** -(expected === 0 ? 1 : out[i]! / expected));
    };
    const decision: Fill = (X, out) => {
      scores(X, out);
      for (let i = 0; i < out.length; i++) out[i]! -= offset;
    };
    return state.fitted({
      columns,
      accepts: state.since(1, 6) ? 'anything' : 'finite-float32',
      methods: {
        predict: asIntegers(
          numberPerRow((X, out) => {
            decision(X, out);
            for (let i = 0; i < out.length; i++) {
              const isOutlier = isOutlierAtThreshold ? out[i]! <= threshold : out[i]! < threshold;
              out[i] = isOutlier ? -1 : 1;
            }
          }),
        ),
        decision_function: numberPerRow(decision),
        ...(state.since(0, 20) && { score_samples: numberPerRow(scores) }),
      },
    });
  },
};

/** Up to 0.21 outliers may begin elsewhere than where the decision changes its sign. */
function readThreshold(state: ObjectState): {
  readonly offset: number;
  readonly threshold: number;
  readonly isOutlierAtThreshold: boolean;
} {
  const isFirst = !state.since(0, 20);
  const former = state.optional(isFirst ? 'threshold_' : '_threshold_');
  return {
    offset: isFirst ? -0.5 : state.attribute('offset_').number(),
    threshold: former !== null && !state.since(0, 22) ? former.number() : 0,
    isOutlierAtThreshold: isFirst,
  };
}

/** The trees, over all columns, with the length of the path as the value of a leaf. */
function readPathLengths(
  state: ObjectState,
  columns: number,
  averagePathLength: (samples: number) => number,
): TreeArrays {
  const attribute = state.attribute('estimators_');
  const owners = attribute.items().map((item) => item.object());
  const features = state.attribute('estimators_features_').items();
  if (owners.length === 0 || features.length !== owners.length) {
    throw attribute.malformed('a tree for each choice of columns');
  }
  const width = features[0]!.shape()[0] ?? 0;
  const samples = owners.map((owner) => {
    const nodes = owner.attribute('tree_').object().attribute('nodes');
    const counts = nodes.column('n_node_samples').vector();
    if (!counts.every((count) => count >= 0)) throw negative(nodes.path);
    return counts;
  });
  const trees = readTrees(owners, width, 1, {
    columnsOf: features.map((chosen) => chosen.indices([width], 0, columns - 1)),
    leafValueOf: (t, number, depth) => depth + averagePathLength(samples[t]![number]!),
  });
  if (trees.valueShape[1] !== 1) throw attribute.malformed('regression trees');
  return trees;
}

/** Of an unsuccessful search in a binary search tree of so many. */
function averagePathOf(samples: number): number {
  if (samples <= 1) return 0;
  return samples === 2 ? 1 : averagePathUpTo020(samples);
}

function averagePathUpTo020(samples: number): number {
  if (samples <= 1) return 1;
  return 2 * (Math.log(samples - 1) + EULER) - (2 * (samples - 1)) / samples;
}

function negative(path: string): SklearnError {
  return new SklearnError('ESTIMATOR_MALFORMED', `${path} has a leaf of less than no rows.`, { path });
}
