/** PowerTransformer: the Yeo-Johnson or the Box-Cox power of each column, then standardised where it says so. */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import type { EstimatorDefinition, FittedMethod } from '../definition.ts';
import { innerMethod, readInner } from '../inner-estimator.ts';
import { asMatrix, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

type Power = (x: number, lambda: number) => number;

export const POWER_TRANSFORMER: EstimatorDefinition = {
  className: 'PowerTransformer',
  module: 'sklearn.preprocessing._data',
  load: (state) => {
    const lambdas = state.attribute('lambdas_').vector();
    const columns = state.columns(lambdas.length);
    const isBoxCox = state.choice('method', ['yeo-johnson', 'box-cox']) === 'box-cox';
    const [power, root]: readonly Power[] = isBoxCox
      ? [boxCox, inverseBoxCox]
      : [yeoJohnson, inverseYeoJohnson];
    const [scale, unscale] = scalerMethods(state, columns);
    const apply = (X: Matrix, of: Power): Matrix => {
      const data = new Float64Array(X.data.length);
      for (let i = 0; i < data.length; i++) data[i] = of(X.data[i]!, lambdas[i % columns]!);
      return { ...X, data };
    };
    return state.fitted({
      columns,
      accepts: 'missing',
      methods: {
        transform: numbersPerRow(columns, (X, out) => {
          if (isBoxCox) checkPositive(X);
          const powers = apply(X, power!);
          out.set(scale === null ? powers.data : asMatrix(scale.run(powers)).data);
        }),
        inverse_transform: numbersPerRow(columns, (X, out) => {
          out.set(apply(unscale === null ? X : asMatrix(unscale.run(X)), root!).data);
        }),
      },
    });
  },
};

/** Of the StandardScaler that it keeps. */
function scalerMethods(state: ObjectState, columns: number): [FittedMethod | null, FittedMethod | null] {
  if (!state.attribute('standardize').boolean()) return [null, null];
  const at = state.attribute('_scaler');
  const scaler = readInner(at, columns);
  return [
    innerMethod(state, scaler, at, 'transform', [-1, columns]),
    innerMethod(state, scaler, at, 'inverse_transform', [-1, columns]),
  ];
}

function checkPositive({ data, columns }: Matrix): void {
  for (let i = 0; i < data.length; i++) {
    if (!(data[i]! <= 0)) continue;
    const path = `inputs[${Math.floor(i / columns)}]`;
    const message = `${path} is ${data[i]} in column ${i % columns}, where the Box-Cox power needs what is above zero.`;
    throw new SklearnError('INPUT_INVALID', message, { path });
  }
}

function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return isZero(lambda) ? Math.log1p(x) : Math.expm1(lambda * Math.log1p(x)) / lambda;
  return isZero(2 - lambda) ? -Math.log1p(-x) : -Math.expm1((2 - lambda) * Math.log1p(-x)) / (2 - lambda);
}

function inverseYeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return isZero(lambda) ? Math.expm1(x) : (x * lambda + 1) ** (1 / lambda) - 1;
  return isZero(2 - lambda) ? -Math.expm1(-x) : 1 - (-(2 - lambda) * x + 1) ** (1 / (2 - lambda));
}

function boxCox(x: number, lambda: number): number {
  return Math.abs(lambda) < 1e-19 ? Math.log(x) : Math.expm1(lambda * Math.log(x)) / lambda;
}

function inverseBoxCox(x: number, lambda: number): number {
  return lambda === 0 ? Math.exp(x) : (x * lambda + 1) ** (1 / lambda);
}

function isZero(value: number): boolean {
  return Math.abs(value) < Number.EPSILON;
}
