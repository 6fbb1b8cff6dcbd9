/** `POST /predict`: rows in, one prediction a row out. */
import Type from 'typebox';
import { METHOD_NAMES } from './method-names.ts';

const Value = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);
/** Objects may hold lists of values, for vectorizers. */
const InputRow = Type.Union([
  Type.Array(Value),
  Type.Record(Type.String(), Type.Union([Value, Type.Array(Value)])),
  Value,
]);

export const PredictRequest = Type.Object(
  {
    inputs: Type.Array(InputRow, {
      description:
        'Rows, as the signature of the model in `/api/v1/models` says: lists of numbers, text and null for what is missing, or objects by column name; one text or label a row where the model takes that.',
      minItems: 1,
    }),
    model: Type.Optional(
      Type.String({ description: 'Name of a loaded model; the default model where absent.' }),
    ),
    method: Type.Optional(
      Type.Enum([...METHOD_NAMES], {
        description: "scikit-learn's method; the model's default where absent.",
      }),
    ),
  },
  { $id: 'PredictRequest', additionalProperties: false },
);
export type PredictRequest = Type.Static<typeof PredictRequest>;

/**
 * A number, a label, or nested arrays of them. What JSON cannot hold is written as the strings `NaN`, `Infinity` and
 * `-Infinity`.
 */
export type Prediction = number | string | boolean | readonly Prediction[];

export const PredictResponse = Type.Object(
  {
    model: Type.String(),
    version: Type.String(),
    predictions: Type.Array(Type.Unknown(), {
      description:
        'One entry a row, in the order of `inputs`: a number, a label, or an array of numbers; a list of such arrays where scikit-learn returns several. What JSON cannot hold is written as the strings `NaN`, `Infinity` and `-Infinity`.',
    }),
  },
  { $id: 'PredictResponse' },
);
export interface PredictResponse {
  model: string;
  version: string;
  predictions: Prediction[];
}
