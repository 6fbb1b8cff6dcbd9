/**
 * NearestNeighbors, and the graphs of neighbours that KNeighborsTransformer and RadiusNeighborsTransformer make:
 * a column for each training row, of which those that are no neighbours are zero.
 */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { kneighbors } from './k-neighbors.ts';
import { readNeighborIndex, readNeighbors, visitNearest, visitWithin } from './neighbor-search.ts';

const GRAPH = 'sklearn.neighbors._graph';

export const NEAREST_NEIGHBORS: readonly EstimatorDefinition[] = [
  { className: 'NearestNeighbors', module: 'sklearn.neighbors._unsupervised', load: loadNearest },
  { className: 'KNeighborsTransformer', module: GRAPH, load: loadNearestGraph },
  { className: 'RadiusNeighborsTransformer', module: GRAPH, load: loadRadiusGraph },
];

function loadNearest(state: ObjectState): FittedEstimator {
  const index = readNeighborIndex(state);
  return state.fitted({
    columns: state.columns(index.training.columns),
    accepts: index.accepts,
    methods: { kneighbors: kneighbors(readNeighbors(state, index)) },
  });
}

/** With distances there is one neighbour more, since a training row is its own nearest one. */
function loadNearestGraph(state: ObjectState): FittedEstimator {
  const index = readNeighborIndex(state);
  const { rows, columns } = index.training;
  const isDistance = readMode(state);
  const neighbors = readNeighbors(state, index);
  const more = isDistance ? 1 : 0;
  const drawn = index.nearest(state.attribute('n_neighbors').integer(1, rows - more) + more);
  return state.fitted({
    columns: state.columns(columns),
    accepts: index.accepts,
    methods: {
      transform: numbersPerRow(rows, (X, out) =>
        visitNearest(drawn, X, (row, indices, distances) => {
          for (let n = 0; n < indices.length; n++) {
            out[row * rows + indices[n]!] = isDistance ? distances[n]! : 1;
          }
        }),
      ),
      kneighbors: kneighbors(neighbors),
    },
  });
}

function loadRadiusGraph(state: ObjectState): FittedEstimator {
  const index = readNeighborIndex(state);
  const { rows, columns } = index.training;
  const isDistance = readMode(state);
  const search = index.within(state.attribute('radius').number());
  return state.fitted({
    columns: state.columns(columns),
    accepts: index.accepts,
    methods: {
      transform: numbersPerRow(rows, (X, out) =>
        visitWithin(index, search, X, (row, { indices, distances, count }) => {
          for (let n = 0; n < count; n++) {
            out[row * rows + indices[n]!] = isDistance ? distances[n]! : 1;
          }
        }),
      ),
    },
  });
}

/** Whether the graph holds distances; else it holds ones. */
function readMode(state: ObjectState): boolean {
  return state.choice('mode', ['distance', 'connectivity']) === 'distance';
}
