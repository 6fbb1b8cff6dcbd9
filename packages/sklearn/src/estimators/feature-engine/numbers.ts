/** feature_engine's logarithms, caps and selections of columns. Refuses at a row what has no logarithm. */
import type { Cell } from '../../model.ts';
import type { Column } from '../../table.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import type { ObjectState } from '../object-state.ts';
import { frameStep, mapColumn, readByVariable, readFrame, readVariables, refusedCell } from './frame-step.ts';

export const FRAME_NUMBERS: readonly EstimatorDefinition[] = [
  { className: 'LogTransformer', module: 'feature_engine.transformation.log', load: loadLogarithm },
  { className: 'Winsorizer', module: 'feature_engine.outliers.winsorizer', load: loadCaps },
  { className: 'ArbitraryOutlierCapper', module: 'feature_engine.outliers.artbitrary', load: loadCaps },
  ...[
    ['DropFeatures', 'drop_features'],
    ['DropConstantFeatures', 'drop_constant_features'],
    ['DropDuplicateFeatures', 'drop_duplicate_features'],
    ['DropCorrelatedFeatures', 'drop_correlated_features'],
    ['SmartCorrelatedSelection', 'smart_correlation_selection'],
  ].map(([className, module]) => ({
    className: className!,
    module: `feature_engine.selection.${module}`,
    load: loadSelection,
  })),
];

function loadLogarithm(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const variables = new Set(readVariables(state, frame, 'variables_'));
  const logarithm = state.choice('base', ['e', '10']) === 'e' ? Math.log : Math.log10;
  return frameStep(state, frame, {
    width: frame.names.length,
    kinds: new Map([...variables].map((place) => [place, { kind: 'number' }])),
    change: (columns) =>
      columns.map((column, place) => {
        if (!variables.has(place)) return column;
        return mapColumn(column, (cell, row) => {
          const value = toNumber(cell);
          if (value <= 0) throw refusedCell(state, frame, cell, row, place, 'takes the logarithm of it');
          return logarithm(value);
        });
      }),
  });
}

function loadCaps(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  if (state.optional('add_indicators')?.boolean() === true)
    state.refuse('add_indicators', 'columns of indicators');
  const highest = readByVariable(state, frame, 'right_tail_caps_', (at) => at.number());
  const lowest = readByVariable(state, frame, 'left_tail_caps_', (at) => at.number());
  return frameStep(state, frame, {
    width: frame.names.length,
    kinds: new Map([...highest.keys(), ...lowest.keys()].map((place) => [place, { kind: 'number' }])),
    change: (columns) =>
      columns.map((column, place): Column => {
        const high = highest.get(place) ?? Infinity;
        const low = lowest.get(place) ?? -Infinity;
        if (!highest.has(place) && !lowest.has(place)) return column;
        return mapColumn(column, (cell) => {
          const value = toNumber(cell);
          return Math.max(low, Math.min(high, value));
        });
      }),
  });
}

function loadSelection(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const dropped = new Set(readVariables(state, frame, 'features_to_drop_'));
  return frameStep(state, frame, {
    width: frame.names.length - dropped.size,
    kinds: new Map([...dropped].map((place) => [place, { kind: 'unused' }])),
    change: (columns) => columns.filter((_, place) => !dropped.has(place)),
  });
}

function toNumber(cell: Cell): number {
  return cell === null ? Number.NaN : Number(cell);
}
