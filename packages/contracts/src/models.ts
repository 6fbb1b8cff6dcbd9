/** Models as they are described: by `GET /api/v1/models`, by the manifest on disk, by their golden cases. */
import Type from 'typebox';
import { DATATYPES } from './datatypes.ts';
import { METHOD_NAMES } from './method-names.ts';
import { COLUMN_KINDS, ROW_KINDS } from './row-kinds.ts';
import { VERSION_LABELS } from './version-labels.ts';

export const TensorSignature = Type.Object({
  name: Type.String(),
  datatype: Type.Enum([...DATATYPES]),
  shape: Type.Array(Type.Integer(), { description: '-1 stands for the number of rows, or for any width.' }),
  unit: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  columns: Type.Optional(
    Type.Array(Type.String(), { description: 'Column names, where the model has them.' }),
  ),
});
export type TensorSignature = Type.Static<typeof TensorSignature>;

/** What one method answers, and what it takes where that is not what the others take. */
export const MethodOutput = Type.Object({
  ...TensorSignature.properties,
  parts: Type.Optional(
    Type.Array(TensorSignature, {
      description: 'Where the answer is a list of arrays: each of them. The rest is then that of the first.',
    }),
  ),
  inputColumns: Type.Optional(
    Type.Integer({ description: 'Width of a row, where it is another than that of `input`.' }),
  ),
});
export type MethodOutput = Type.Static<typeof MethodOutput>;

/** What one column of a table holds. */
export const ColumnSignature = Type.Object({
  kind: Type.Enum([...COLUMN_KINDS], {
    description: '`any` is taken as it comes; `unused` is never looked at and may be left out.',
  }),
  categories: Type.Optional(
    Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
      description: 'Those that were there when the model was trained; null is a missing value.',
    }),
  ),
});
export type ColumnSignature = Type.Static<typeof ColumnSignature>;

export const ModelSignature = Type.Object({
  input: TensorSignature,
  rows: Type.Optional(
    Type.Enum([...ROW_KINDS], {
      description:
        'What a row is: numbers, where absent; a table has other values too; a text, a label, an object (or a list of tokens), a list of labels.',
    }),
  ),
  columnKinds: Type.Optional(
    Type.Array(ColumnSignature, {
      description: 'What each column of a table holds, in the order of the columns.',
    }),
  ),
  methods: Type.Record(Type.String(), MethodOutput, {
    description: 'Output of each method, by its name.',
  }),
  defaultMethod: Type.String(),
  classes: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
});
export type ModelSignature = Type.Static<typeof ModelSignature>;

/** Which descriptor of geometry the rows of a model are: exactly this one, or the numbers mean something else. */
export const DescriptorReference = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    length: Type.Integer({ minimum: 1 }),
  },
  { description: 'For models over geometry: which descriptor their rows are.' },
);
export type DescriptorReference = Type.Static<typeof DescriptorReference>;

/** Where a model of the runtime `remote` is. */
export const RemoteReference = Type.Object(
  {
    url: Type.String({
      description: '`http:`, `https:`, `grpc:` or `grpcs:`, with host, port and, over HTTP, a path.',
    }),
    model: Type.String({ description: 'Its name there.' }),
    version: Type.Optional(Type.String()),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000 })),
  },
  {
    description:
      'For the runtime `remote`: `url` and `model`, and where wanted `version` and `timeoutMs` (10,000) of a call.',
  },
);
export type RemoteReference = Type.Static<typeof RemoteReference>;

const Artifact = Type.Object(
  {
    file: Type.String({ pattern: '^[A-Za-z0-9._-]+$' }),
    sizeBytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    members: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Of a file that holds several estimators those that rows go through, in this order.',
      }),
    ),
  },
  {
    description:
      'The model file beside the manifest: name, size and digest, which are checked. Every runtime but `remote` needs it.',
  },
);

/** `models/<name>/<version>/manifest.json`, written last: a folder without one is not complete yet. */
export const ModelManifest = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'Name of the folder above.' }),
    version: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$',
      description: 'Name of the folder; a version is never changed, the next one is made.',
    }),
    description: Type.String({ description: 'One sentence for people.' }),
    runtime: Type.Enum(['onnx', 'remote', 'sklearn'], { description: 'What executes it.' }),
    artifact: Type.Optional(Artifact),
    chain: Type.Optional(
      Type.Array(Artifact, {
        description:
          'Files that follow: each is given what the one before it answers, and one model is served.',
      }),
    ),
    remote: Type.Optional(RemoteReference),
    descriptor: Type.Optional(DescriptorReference),
    signature: Type.Optional(
      Type.Object(ModelSignature.properties, {
        description:
          'Names, units and shapes of rows and methods, where more is to be said than the file says itself.',
      }),
    ),
    licence: Type.String({ description: 'SPDX identifier, or how it may be used.' }),
  },
  { $id: 'ModelManifest', additionalProperties: false },
);
export type ModelManifest = Type.Static<typeof ModelManifest>;

/** A tensor as the Open Inference Protocol writes it in JSON. */
export const GoldenTensor = Type.Object({
  name: Type.String(),
  datatype: Type.Enum([...DATATYPES]),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  data: Type.Array(Type.Unknown(), { description: 'Flat, row by row; 64-bit integers may be strings.' }),
});
export type GoldenTensor = Type.Static<typeof GoldenTensor>;

/** `models/<name>/<version>/golden.json`: recorded by what made the model; checked before a version is served. */
export const GoldenCases = Type.Object({
  recordedBy: Type.String({ description: 'What computed the outputs, such as `scikit-learn 1.9.1`.' }),
  rtol: Type.Number({
    description: 'Largest difference allowed, relative to the larger of value and output RMS.',
  }),
  cases: Type.Array(
    Type.Object({
      method: Type.Enum([...METHOD_NAMES]),
      input: Type.Array(Type.Array(Type.Number())),
      output: Type.Array(Type.Unknown()),
    }),
  ),
  tensorCases: Type.Optional(
    Type.Array(Type.Object({ inputs: Type.Array(GoldenTensor), outputs: Type.Array(GoldenTensor) }), {
      description: 'For models that take named tensors.',
    }),
  ),
});
export type GoldenCases = Type.Static<typeof GoldenCases>;

export const ModelInfo = Type.Object({
  name: Type.String(),
  version: Type.String(),
  description: Type.String(),
  runtime: Type.String(),
  className: Type.String({ description: "scikit-learn's class of the outermost estimator." }),
  sha256: Type.String(),
  sizeBytes: Type.Integer(),
  isDefault: Type.Boolean({ description: 'Whether `POST /predict` uses it where no model is named.' }),
  labels: Type.Optional(
    Type.Array(Type.Enum([...VERSION_LABELS]), { description: 'Words that stand for this version.' }),
  ),
  signature: ModelSignature,
});
export type ModelInfo = Type.Static<typeof ModelInfo>;

const count = Type.Integer({ minimum: 0 });
export const AnswerCacheCounts = Type.Object(
  { hits: count, misses: count, entries: count, bytes: count, bytesMax: count },
  { description: 'What was answered from memory since the site started, and what is in memory now.' },
);
export type AnswerCacheCounts = Type.Static<typeof AnswerCacheCounts>;

export const ModelList = Type.Object(
  { models: Type.Array(ModelInfo), answerCache: AnswerCacheCounts },
  { $id: 'ModelList' },
);
export type ModelList = Type.Static<typeof ModelList>;
