/**
 * feature_engine's encoders: categories become the numbers learned for them, one common name, or columns. Refuses at a
 * row what is unknown, where it was told to.
 */
import type { Cell, ColumnKind, Label } from '../../model.ts';
import { isKind } from '../../pickle/value.ts';
import { isMissing } from '../../table.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import type { ObjectState } from '../object-state.ts';
import { keyOf } from '../preprocessing/categories.ts';
import {
  frameStep,
  mapColumn,
  readByVariable,
  readFrame,
  readValues,
  readVariables,
  refusedCell,
  refuseMissing,
} from './frame-step.ts';

const MODULE = 'feature_engine.encoding';

export const FRAME_ENCODERS: readonly EstimatorDefinition[] = [
  { className: 'OrdinalEncoder', module: `${MODULE}.ordinal`, load: loadMapping },
  { className: 'CountFrequencyEncoder', module: `${MODULE}.count_frequency`, load: loadMapping },
  { className: 'MeanEncoder', module: `${MODULE}.mean_encoding`, load: loadMapping },
  { className: 'RareLabelEncoder', module: `${MODULE}.rare_label`, load: loadRare },
  { className: 'OneHotEncoder', module: `${MODULE}.one_hot`, load: loadOneHot },
];

function loadMapping(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const codes = readByVariable(state, frame, 'encoder_dict_', readCodes);
  const unseen = state.choice('unseen', ['ignore', 'raise', 'encode'], 'ignore');
  const refusesMissing = state.choice('missing_values', ['raise', 'ignore'], 'raise') === 'raise';
  const other = unseen === 'encode' ? state.attribute('_unseen').number() : Number.NaN;
  return frameStep(state, frame, {
    width: frame.names.length,
    kinds: kindsOf([...codes].map(([place, own]) => [place, [...own.keys()] as Label[]])),
    change: (columns) =>
      columns.map((column, place) => {
        const own = codes.get(place);
        if (own === undefined) return column;
        if (refusesMissing) refuseMissing(state, frame, column, place);
        return mapColumn(column, (cell, row) => {
          const code = own.get(keyOf(cell));
          if (code !== undefined) return code;
          if (unseen !== 'raise') return other;
          throw refusedCell(state, frame, cell, row, place, 'does not know it');
        });
      }),
  });
}

function readCodes(at: Attribute): ReadonlyMap<Cell, number> {
  if (!isKind(at.value, 'dict')) throw at.malformed('a dict');
  const codes = new Map<Cell, number>();
  for (const [key, value] of at.value.entries) {
    codes.set(keyOf(at.with(key).label()), at.with(value).number());
  }
  return codes;
}

/** What is not frequent gets one common name. */
function loadRare(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const frequent = readByVariable(
    state,
    frame,
    'encoder_dict_',
    (at) => new Set<Cell>(readValues(at).map(keyOf)),
  );
  const refusesMissing = state.choice('missing_values', ['raise', 'ignore'], 'raise') === 'raise';
  const at = state.attribute('replace_with');
  const rare = typeof at.value === 'string' ? at.value : at.number();
  return frameStep(state, frame, {
    width: frame.names.length,
    kinds: new Map([...frequent].map(([place]) => [place, { kind: 'any' }])),
    change: (columns) =>
      columns.map((column, place) => {
        const own = frequent.get(place);
        if (own === undefined) return column;
        if (refusesMissing) refuseMissing(state, frame, column, place);
        return mapColumn(column, (cell) =>
          isMissing(cell) || own.has(keyOf(cell)) ? (cell as Label) : rare,
        );
      }),
  });
}

/** The columns that were encoded give way to one for each category, after all others. */
function loadOneHot(state: ObjectState): FittedEstimator {
  const frame = readFrame(state);
  const variables = readVariables(state, frame, 'variables_');
  const known = readByVariable(state, frame, 'encoder_dict_', readValues);
  const encoded = new Set(variables);
  const pairs = Array.from(variables).flatMap((place) =>
    (known.get(place) ?? []).map((category) => [place, keyOf(category)] as const),
  );
  return frameStep(state, frame, {
    width: frame.names.length - encoded.size + pairs.length,
    kinds: kindsOf([...known]),
    change: (columns) => {
      for (const place of encoded) refuseMissing(state, frame, columns[place]!, place);
      return [
        ...columns.filter((_, place) => !encoded.has(place)),
        ...pairs.map(([place, category]) =>
          mapColumn(columns[place]!, (cell) => (keyOf(cell) === category ? 1 : 0)),
        ),
      ];
    },
  });
}

function kindsOf(known: readonly (readonly [number, readonly (Label | null)[]])[]): Map<number, ColumnKind> {
  return new Map(known.map(([place, categories]) => [place, { kind: 'category', categories }]));
}
