/** FeatureAgglomeration: one number for each cluster of columns, pooled by a function of NumPy's; others are refused. */
import { isKind } from '../../pickle/value.ts';
import { describeValue } from '../attribute.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** Of the numbers of one row in one cluster. */
type Pool = (values: Float64Array) => number;

/** By NumPy's name. */
const POOLS: ReadonlyMap<string, Pool> = new Map<string, Pool>([
  ['mean', mean],
  ['median', median],
  ['max', largest],
  ['amax', largest],
  ['min', smallest],
  ['amin', smallest],
  ['sum', sum],
  ['prod', (values) => values.reduce((product, value) => product * value, 1)],
  ['ptp', (values) => largest(values) - smallest(values)],
  ['var', variance],
  ['std', (values) => Math.sqrt(variance(values))],
]);

export const FEATURE_AGGLOMERATION: EstimatorDefinition = {
  className: 'FeatureAgglomeration',
  module: 'sklearn.cluster._agglomerative',
  parts: [...POOLS.keys()].map((name) => `numpy ${name}`),
  load: (state) => {
    const attribute = state.attribute('labels_');
    const columns = state.columns(attribute.shape()[0]);
    const labels = attribute.indices([columns], 0, columns - 1);
    const members = membersOf(labels);
    const count = members.length;
    if (members.some((cluster) => cluster.length === 0)) throw attribute.malformed('labels without a gap');
    const pool = readPool(state);
    const scratch = members.map(({ length }) => new Float64Array(length));
    return state.fitted({
      columns,
      accepts: 'finite',
      methods: {
        transform: numbersPerRow(count, (X, out) => {
          for (let i = 0; i < out.length; i++) {
            const cluster = members[i % count]!;
            const values = scratch[i % count]!;
            const row = Math.floor(i / count) * columns;
            for (let k = 0; k < values.length; k++) values[k] = X.data[row + cluster[k]!]!;
            out[i] = pool(values);
          }
        }),
        inverse_transform: withColumns(
          count,
          numbersPerRow(columns, (X, out) => {
            for (let i = 0; i < out.length; i++) {
              out[i] = X.data[Math.floor(i / columns) * count + labels[i % columns]!]!;
            }
          }),
        ),
      },
    });
  },
};

/** The columns of each cluster. */
function membersOf(labels: Int32Array): number[][] {
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const members = Array.from({ length: count }, (): number[] => []);
  for (const [column, label] of labels.entries()) members[label]!.push(column);
  return members;
}

function readPool(state: ObjectState): Pool {
  const { value } = state.attribute('pooling_func');
  const pool = isKind(value, 'global') && value.module === 'numpy' ? POOLS.get(value.name) : undefined;
  if (pool === undefined) state.refuse('pooling_func', describeValue(value));
  return pool ?? mean;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: Float64Array): number {
  return sum(values) / values.length;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

function smallest(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

/** Puts the values in order. */
function median(values: Float64Array): number {
  values.sort();
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

function variance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((total, value) => total + (value - centre) ** 2, 0) / values.length;
}
