/** MultiOutput and the chains: an estimator for each output, in a chain each with the answers of those before it. */
import type { Matrix, MethodName } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import { classIndices, innerMethod, numbersOf, readInner, rowsOf, strictest } from '../inner-estimator.ts';
import { labelsPerRow, listOf, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

const MODULE = 'sklearn.multioutput';

export const MULTI_OUTPUT: readonly EstimatorDefinition[] = [
  { className: 'MultiOutputRegressor', module: MODULE, load: loadRegressor },
  { className: 'MultiOutputClassifier', module: MODULE, load: loadClassifier },
  { className: 'RegressorChain', module: MODULE, load: loadChain },
  { className: 'ClassifierChain', module: MODULE, load: loadChain },
];

interface Outputs {
  readonly at: readonly Attribute[];
  readonly estimators: readonly FittedEstimator[];
  readonly columns: number;
}

/** In a chain each estimator takes a column more than the one before. */
function readOutputs(state: ObjectState, growth: 0 | 1): Outputs {
  const attribute = state.attribute('estimators_');
  const at = attribute.items();
  const first = at[0]?.estimator();
  if (first === undefined) throw attribute.malformed('one estimator or more');
  const columns = state.columns(first.columns ?? undefined);
  return {
    at,
    estimators: at.map((item, i) => (i === 0 ? first : readInner(item, columns + growth * i))),
    columns,
  };
}

function methodsOf(
  state: ObjectState,
  { at, estimators }: Outputs,
  name: MethodName,
  shape: readonly number[],
) {
  return estimators.map((estimator, i) => innerMethod(state, estimator, at[i]!, name, shape));
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const outputs = readOutputs(state, 0);
  const predicts = methodsOf(state, outputs, 'predict', [-1]);
  const count = predicts.length;
  return state.fitted({
    columns: outputs.columns,
    accepts: strictest(outputs.estimators),
    ...rowsOf(outputs.estimators),
    methods: {
      predict: numbersPerRow(count, (X, out) => {
        for (const [j, predict] of predicts.entries()) writeColumn(numbersOf(predict.run(X)), out, j, count);
      }),
    },
  });
}

function loadClassifier(state: ObjectState): FittedEstimator {
  const outputs = readOutputs(state, 0);
  const predicts = methodsOf(state, outputs, 'predict', [-1]);
  const count = predicts.length;
  const classes = state
    .attribute('classes_')
    .items()
    .map((item) => item.classes());
  if (classes.length !== count) throw state.attribute('classes_').malformed(`a list of ${count} arrays`);
  for (const [j, { className, classes: known }] of outputs.estimators.entries()) {
    if (className !== '' && (known ?? ['']).some((label) => !classes[j]!.labels.includes(label))) {
      throw outputs.at[j]!.malformed('a classifier of the classes of its output');
    }
  }
  const predict = labelsPerRow(classes, (X, indices) => {
    for (const [j, method] of predicts.entries()) {
      const column = classIndices(method.run(X), classes[j]!);
      for (let i = 0; i < X.rows; i++) indices[i * count + j] = column[i]!;
    }
  });
  const hasProbabilities = outputs.estimators.every(({ methods }) => methods.predict_proba !== undefined);
  return state.fitted({
    columns: outputs.columns,
    accepts: strictest(outputs.estimators),
    ...rowsOf(outputs.estimators),
    methods: { predict, ...(hasProbabilities ? probabilitiesOf(state, outputs, classes) : {}) },
  });
}

function probabilitiesOf(state: ObjectState, outputs: Outputs, classes: readonly Classes[]): FittedMethods {
  const each = outputs.estimators.map((estimator, i) =>
    innerMethod(state, estimator, outputs.at[i]!, 'predict_proba', [-1, classes[i]!.labels.length]),
  );
  const parts = classes.map(({ labels }, k) => ({
    name: `output_${k}`,
    shape: [-1, labels.length],
    datatype: 'FP64' as const,
  }));
  return { predict_proba: listOf(parts, (X) => each.map((method) => method.run(X))) };
}

function loadChain(state: ObjectState): FittedEstimator {
  const outputs = readOutputs(state, 1);
  const count = outputs.estimators.length;
  const order = state.attribute('order_');
  const indices = Int32Array.from(orderOf(order, count));
  const passedOn = state.optional('chain_method_')?.text() ?? 'predict';
  const links = columnsOf(state, outputs, passedOn as MethodName);
  const answer = (name: MethodName): FittedMethod => {
    const answers = columnsOf(state, outputs, name);
    return numbersPerRow(count, (X, out) => {
      const rows = widened(X, count);
      for (let k = 0; k < count; k++) {
        const given = narrowed(rows, X.columns + k);
        const values = answers[k]!(given);
        writeColumn(values, out, indices[k]!, count);
        const passed = name === passedOn ? values : links[k]!(given);
        writeColumn(passed, rows.data, X.columns + k, rows.columns);
      }
    });
  };
  const has = (name: MethodName): boolean =>
    outputs.estimators.every(({ methods }) => methods[name] !== undefined);
  const methods: Partial<Record<MethodName, FittedMethod>> = { predict: answer('predict') };
  if (state.className === 'ClassifierChain') {
    if (has('decision_function')) methods.decision_function = answer('decision_function');
    if (has('predict_proba')) {
      const probability = answer('predict_proba');
      methods.predict_proba = probability;
      if (state.since(1, 4)) {
        methods.predict_log_proba = numbersPerRow(count, (X, out) => {
          const values = numbersOf(probability.run(X));
          for (let i = 0; i < out.length; i++) out[i] = Math.log(values[i]!);
        });
      }
    }
  }
  // The chain checks its rows itself, with what it hands on they are checked no more.
  const accepts = strictest(outputs.estimators).endsWith('float32') ? 'finite-float32' : 'finite';
  return state.fitted({ columns: outputs.columns, accepts, methods });
}

/** One number a row of each estimator: of probabilities that of the second class. */
function columnsOf(state: ObjectState, outputs: Outputs, name: MethodName): ((X: Matrix) => Float64Array)[] {
  const isPair = name === 'predict_proba' || name === 'predict_log_proba';
  return methodsOf(state, outputs, name, isPair ? [-1, 2] : [-1]).map(
    (method) => (X) =>
      isPair ? numbersOf(method.run(X)).filter((_, i) => i % 2 === 1) : numbersOf(method.run(X)),
  );
}

/** Which output each link of the chain answers. */
function orderOf(attribute: Attribute, count: number): number[] {
  const { value } = attribute;
  const isArray = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ndarray';
  const order = isArray
    ? [...attribute.indices([count], 0, count - 1)]
    : attribute.items().map((item) => item.integer(0, count - 1));
  if (new Set(order).size !== count || order.length !== count)
    throw attribute.malformed(`an order of ${count} outputs`);
  return order;
}

function widened({ data, rows, columns }: Matrix, more: number): Matrix {
  const width = columns + more;
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * columns, (i + 1) * columns), i * width);
  return { data: out, rows, columns: width };
}

function narrowed({ data, rows, columns }: Matrix, width: number): Matrix {
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * columns, i * columns + width), i * width);
  return { data: out, rows, columns: width };
}

function writeColumn(values: Float64Array, out: Float64Array, column: number, columns: number): void {
  for (let i = 0; i < values.length; i++) out[i * columns + column] = values[i]!;
}
