/** feature_engine's SklearnTransformerWrapper: a transformer of scikit-learn over some columns of a frame. */
import { columnOf, selectColumns, Table } from '../../table.ts';
import { checkBetween } from '../check-input.ts';
import type { EstimatorDefinition } from '../definition.ts';
import { innerMethod, readInner } from '../inner-estimator.ts';
import { asMatrix } from '../methods.ts';
import { frameStep, readFrame, readVariables } from './frame-step.ts';

/** Their columns come after all others, in place of those that were given. */
const CREATORS = ['OneHotEncoder', 'PolynomialFeatures'];

export const SKLEARN_TRANSFORMER_WRAPPER: EstimatorDefinition = {
  className: 'SklearnTransformerWrapper',
  module: 'feature_engine.wrappers.wrappers',
  load: (state) => {
    const frame = readFrame(state);
    const variables = readVariables(state, frame, 'variables_');
    const at = state.attribute('transformer_');
    const inner = readInner(at, variables.length);
    const transform = innerMethod(state, inner, at, 'transform', [-1, -1]);
    const given = new Set(variables);
    const width = transform.shape[1] ?? 1;
    const kinds = new Map(
      Array.from(variables, (place, k) => [place, inner.columnKinds?.[k] ?? ({ kind: 'number' } as const)]),
    );
    // A selector keeps the columns of its choice where they stood.
    if (state.has('features_to_drop_')) {
      const dropped = new Set(readVariables(state, frame, 'features_to_drop_'));
      return frameStep(state, frame, {
        width: frame.names.length - dropped.size,
        kinds,
        change: (columns) => columns.filter((_, place) => !dropped.has(place)),
      });
    }
    const isCreator = CREATORS.includes(inner.className);
    if (!isCreator && width !== -1 && width !== variables.length) {
      throw at.malformed(`a transformer that answers ${variables.length} columns`);
    }
    return frameStep(state, frame, {
      width:
        isCreator && width !== -1
          ? frame.names.length - given.size + width
          : isCreator
            ? -1
            : frame.names.length,
      kinds,
      change: (columns, X) => {
        const rows = selectColumns(X instanceof Table ? X : new Table(X.rows, columns), variables);
        checkBetween(rows, inner, at.path);
        const answer = asMatrix(transform.run(rows));
        const made = Array.from({ length: answer.columns }, (_, k) => columnOf(answer, k));
        if (isCreator) return [...columns.filter((_, place) => !given.has(place)), ...made];
        const changed = [...columns];
        for (const [k, place] of variables.entries()) changed[place] = made[k]!;
        return changed;
      },
    });
  },
};
