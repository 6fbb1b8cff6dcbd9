/** `POST /predict`: rows in, one prediction a row out. */
import Type from 'typebox';
import { METHOD_NAMES } from './method-names.ts';

export const PredictRequest = Type.Object(
  {
    inputs: Type.Array(Type.Array(Type.Number()), {
      description: 'Rows of numbers, all as wide as the model says in `/api/v1/models`.',
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
