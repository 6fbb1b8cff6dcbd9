/** How much each column matters to a fitted estimator: its coefficients, or what its trees gain by the column. */
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';

/** `null` where the estimator is of a kind that is not read here, which is noted as not supported. */
export function readImportances(state: ObjectState, at: Attribute, columns: number): Float64Array | null {
  const estimator = at.object();
  if (estimator.has('coef_')) return fromCoefficients(state, estimator, columns);
  if (estimator.has('tree_')) return normalized(gains(estimator, columns));
  const isBoosting = estimator.className.startsWith('GradientBoosting');
  const isForest = /^(RandomForest|ExtraTrees)(Classifier|Regressor)$/.test(estimator.className);
  if (!isBoosting && !isForest) {
    state.refuse('estimator_', `the importances of the columns to a ${estimator.className}`);
    return null;
  }
  const total = new Float64Array(columns);
  const trees = estimator.attribute('estimators_').items();
  for (const tree of trees) {
    const own = gains(tree.object(), columns);
    const shares = isForest ? normalized(own) : own;
    for (let j = 0; j < columns; j++) total[j]! += shares[j]! / trees.length;
  }
  return normalized(total);
}

/** Their absolute values, and of several outputs their norm. */
function fromCoefficients(state: ObjectState, estimator: ObjectState, columns: number): Float64Array {
  const attribute = estimator.attribute('coef_');
  const { data, shape } = attribute.array();
  const width = shape.at(-1);
  if (width !== columns || shape.length > 2) throw attribute.malformed(`coefficients of ${columns} columns`);
  if (shape.length === 1) return data.map(Math.abs);
  const order = state.optional('norm_order')?.number() ?? 1;
  return Float64Array.from({ length: columns }, (_, j) => {
    const column = data.filter((_, i) => i % columns === j).map(Math.abs);
    if (order === Number.POSITIVE_INFINITY) return column.reduce((most, value) => Math.max(most, value), 0);
    if (order === Number.NEGATIVE_INFINITY) {
      return column.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    }
    return column.reduce((sum, value) => sum + value ** order, 0) ** (1 / order);
  });
}

/** What the splits of a tree by each column take off its impurity. */
function gains(owner: ObjectState, columns: number): Float64Array {
  const nodes = owner.attribute('tree_').object().attribute('nodes');
  const count = nodes.shape()[0] ?? 0;
  const left = nodes.column('left_child').indices([count], -1, count - 1);
  const right = nodes.column('right_child').indices([count], -1, count - 1);
  const column = nodes.column('feature').indices([count], -(2 ** 31), columns - 1);
  const impurity = nodes.column('impurity').vector(count);
  const weight = nodes.column('weighted_n_node_samples').vector(count);
  const total = new Float64Array(columns);
  for (let i = 0; i < count; i++) {
    if (left[i] === -1 || right[i] === -1 || column[i]! < 0) continue;
    const [l, r] = [left[i]!, right[i]!];
    total[column[i]!]! += weight[i]! * impurity[i]! - weight[l]! * impurity[l]! - weight[r]! * impurity[r]!;
  }
  return total.map((gain) => gain / weight[0]!);
}

function normalized(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
