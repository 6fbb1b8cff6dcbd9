/** TransformedTargetRegressor: what its regressor predicts, transformed back. */
import type { EstimatorDefinition } from '../definition.ts';
import { innerMethod, readInner } from '../inner-estimator.ts';
import { asMatrix } from '../methods.ts';

export const TRANSFORMED_TARGET_REGRESSOR: EstimatorDefinition = {
  className: 'TransformedTargetRegressor',
  module: 'sklearn.compose._target',
  load: (state) => {
    const at = state.attribute('regressor_');
    const regressor = readInner(at, null);
    const predict = state.methodOf(regressor, at, 'predict');
    const outputs = predict.shape[1] ?? 1;
    const atTransformer = state.attribute('transformer_');
    const transformer = readInner(atTransformer, null);
    const back = innerMethod(state, transformer, atTransformer, 'inverse_transform', [-1, -1]);
    const width = back.columns ?? transformer.columns;
    if (outputs !== -1 && width !== null && width !== outputs) {
      throw atTransformer.malformed(`a transformer of ${outputs} columns`);
    }
    const isVector = state.attribute('_training_dim').integer(1, 2) === 1;
    return {
      ...regressor,
      className: state.className,
      methods: {
        predict: {
          shape: isVector ? [-1] : [-1, back.shape[1]!],
          datatype: 'FP64',
          run: (X) => {
            const { data, rows, columns } = asMatrix(back.run(asMatrix(predict.run(X))));
            return {
              kind: 'numbers',
              data,
              shape: isVector && columns === 1 ? [rows] : [rows, columns],
              integer: false,
            };
          },
        },
      },
    };
  },
};
