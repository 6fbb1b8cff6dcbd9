/**
 * LabelEncoder, LabelBinarizer, MultiLabelBinarizer: labels as numbers and back. Refuses at a row a label that it does
 * not know, where scikit-learn does.
 */
import { SklearnError } from '../../errors.ts';
import type { Cell, Label, Matrix } from '../../model.ts';
import { columnOf, describeCell } from '../../table.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { argmax, asIntegers, labelPerRow, numberPerRow, numbersPerRow, withColumns } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { keyOf, placesOf } from './categories.ts';

const MODULE = 'sklearn.preprocessing._label';

export const LABELS: readonly EstimatorDefinition[] = [
  { className: 'LabelEncoder', module: MODULE, load: loadEncoder },
  { className: 'LabelBinarizer', module: MODULE, load: loadBinarizer },
  { className: 'MultiLabelBinarizer', module: MODULE, load: loadMultiLabel },
];

function loadEncoder(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  const places = placesOf(classes.labels);
  const transform = numberPerRow((X, out) => {
    for (const [i, cell] of cellsOf(X).entries()) {
      const place = places.get(keyOf(cell));
      if (place === undefined) throw unknownLabel(state, cell, `inputs[${i}]`);
      out[i] = place;
    }
  });
  const inverse = labelPerRow(classes, ({ data }, indices) => {
    for (let i = 0; i < indices.length; i++) {
      const code = data[i]!;
      if (!(Number.isInteger(code) && code >= 0 && code < count)) {
        throw unknownLabel(state, code, `inputs[${i}]`);
      }
      indices[i] = code;
    }
  });
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'label',
    methods: { transform: asIntegers(transform), inverse_transform: withColumns(1, inverse) },
  });
}

function loadBinarizer(state: ObjectState): FittedEstimator {
  const type = state.choice('y_type_', ['multiclass', 'binary', 'multilabel-indicator']);
  const classes = state.classes();
  const count = classes.labels.length;
  const negative = state.attribute('neg_label').number();
  const positive = state.attribute('pos_label').number();
  const places = placesOf(classes.labels);
  const width = count === 2 || count === 1 ? 1 : count;
  if (type === 'multilabel-indicator') {
    // Rows of zeros and ones already.
    const flags = numbersPerRow(count, ({ data }, out) => {
      for (let i = 0; i < out.length; i++) out[i] = data[i] === 0 ? negative : positive;
    });
    return state.fitted({ columns: count, accepts: 'finite', methods: { transform: asIntegers(flags) } });
  }
  const transform = numbersPerRow(width, (X, out) => {
    out.fill(negative);
    for (const [i, cell] of cellsOf(X).entries()) {
      const place = places.get(keyOf(cell));
      // A label that is not known has no flag, and one of one class none either.
      if (place === undefined || count === 1) continue;
      if (count > 2) out[i * width + place] = positive;
      else if (place === 1) out[i] = positive;
    }
  });
  const threshold = (negative + positive) / 2;
  const inverse = labelPerRow(classes, ({ data }, indices) => {
    for (let i = 0; i < indices.length; i++) {
      if (count > 2) indices[i] = argmax(data, i * width, width);
      else indices[i] = count === 2 && data[i]! > threshold ? 1 : 0;
    }
  });
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'label',
    methods: { transform: asIntegers(transform), inverse_transform: withColumns(width, inverse) },
  });
}

function loadMultiLabel(state: ObjectState): FittedEstimator {
  const labels = state.attribute('classes_').values();
  const places = placesOf(labels);
  const width = labels.length;
  if (width === 0) throw state.attribute('classes_').malformed('one class or more');
  const transform = numbersPerRow(width, (X, out) => {
    for (const [i, cell] of cellsOf(X).entries()) {
      if (!Array.isArray(cell)) {
        const path = `inputs[${i}]`;
        throw new SklearnError(
          'INPUT_INVALID',
          `${path} is ${describeCell(cell)}, where a list of labels is needed.`,
          { path },
        );
      }
      for (const label of cell as readonly Cell[]) {
        const place = places.get(keyOf(label));
        // Others are passed over.
        if (place !== undefined) out[i * width + place] = 1;
      }
    }
  });
  return state.fitted({
    columns: null,
    accepts: 'anything',
    rows: 'label list',
    methods: { transform: asIntegers(transform) as FittedMethod },
  });
}

function cellsOf(X: Matrix): readonly Cell[] {
  return columnOf(X, 0) as unknown as readonly Cell[];
}

function unknownLabel(state: ObjectState, cell: Cell, path: string): SklearnError {
  const what = `${path} is ${describeCell(cell as Label)}, a label that the ${state.className} does not know.`;
  return new SklearnError('INPUT_INVALID', what, { path });
}
