/** feature_engine's imputers: what is missing in a column becomes the value learned or given for it. */
import { isMissing } from '../../table.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import type { ObjectState } from '../object-state.ts';
import { frameStep, mapColumn, readByVariable, readFrame, readVariables } from './frame-step.ts';

const MODULE = 'feature_engine.imputation';

export const FRAME_IMPUTERS: readonly EstimatorDefinition[] = [
  { className: 'MeanMedianImputer', module: `${MODULE}.mean_median`, load: loadImputer },
  { className: 'ArbitraryNumberImputer', module: `${MODULE}.arbitrary_number`, load: loadImputer },
  { className: 'EndTailImputer', module: `${MODULE}.end_tail`, load: loadImputer },
  { className: 'CategoricalImputer', module: `${MODULE}.categorical`, load: loadImputer },
  { className: 'AddMissingIndicator', module: `${MODULE}.missing_indicator`, load: loadIndicator },
];

function loadImputer(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const fills = readByVariable(state, frame, 'imputer_dict_', (at) =>
    typeof at.value === 'string' ? at.value : at.number(),
  );
  const kinds = new Map(
    [...fills].map(([place, fill]) => [
      place,
      { kind: typeof fill === 'number' ? 'number' : 'any' } as const,
    ]),
  );
  return frameStep(state, frame, {
    width: frame.names.length,
    kinds,
    keepsColumns: true,
    change: (columns) =>
      columns.map((column, place) => {
        const fill = fills.get(place);
        return fill === undefined
          ? column
          : mapColumn(column, (cell) => (isMissing(cell) ? fill : (cell as string)));
      }),
  });
}

/** A column `name_na` for each, after all others. */
function loadIndicator(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const variables = readVariables(state, frame, 'variables_');
  return frameStep(state, frame, {
    width: frame.names.length + variables.length,
    change: (columns) => [
      ...columns,
      ...Array.from(variables, (place) => mapColumn(columns[place]!, (cell) => (isMissing(cell) ? 1 : 0))),
    ],
  });
}
