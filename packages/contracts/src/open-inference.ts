/** The Open Inference Protocol (v2) over REST, with the extensions of Triton that a site has. */
import Type from 'typebox';
import { DATATYPES } from './datatypes.ts';

const Parameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]));

export const OpenInferenceError = Type.Object(
  { error: Type.String({ description: 'What was wrong, and what to do.' }) },
  { $id: 'OpenInferenceError', description: 'Every failed answer under `/v2`.' },
);
export type OpenInferenceError = Type.Static<typeof OpenInferenceError>;

export const ServerMetadata = Type.Object(
  { name: Type.String(), version: Type.String(), extensions: Type.Array(Type.String()) },
  { $id: 'ServerMetadata' },
);
export type ServerMetadata = Type.Static<typeof ServerMetadata>;

export const ServerReadiness = Type.Object({ ready: Type.Boolean() }, { $id: 'ServerReadiness' });

export const ModelNames = Type.Object({ models: Type.Array(Type.String()) }, { $id: 'ModelNames' });

export const ModelReadiness = Type.Object(
  { name: Type.String(), ready: Type.Boolean() },
  { $id: 'ModelReadiness' },
);

const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Type.Enum([...DATATYPES]),
  shape: Type.Array(Type.Integer(), { description: '-1 stands for any size.' }),
});

export const ModelMetadata = Type.Object(
  {
    name: Type.String(),
    versions: Type.Array(Type.String()),
    platform: Type.String(),
    inputs: Type.Array(TensorMetadata),
    outputs: Type.Array(TensorMetadata),
  },
  { $id: 'ModelMetadata' },
);
export type ModelMetadata = Type.Static<typeof ModelMetadata>;

const Shape = Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 53 - 1 }), { maxItems: 32 });
const Name = Type.String({ maxLength: 1000 });

export const InferRequest = Type.Object(
  {
    id: Type.Optional(Name),
    parameters: Type.Optional(Parameters),
    inputs: Type.Array(
      Type.Object({
        name: Name,
        shape: Shape,
        datatype: Type.Enum([...DATATYPES]),
        parameters: Type.Optional(Parameters),
        data: Type.Optional(
          Type.Array(Type.Unknown(), {
            description:
              'The elements, nested by the shape or flat. Absent where `parameters.binary_data_size` says how many bytes after the JSON they are.',
          }),
        ),
      }),
      { maxItems: 1000 },
    ),
    outputs: Type.Optional(
      Type.Array(Type.Object({ name: Name, parameters: Type.Optional(Parameters) }), { maxItems: 1000 }),
    ),
  },
  { $id: 'InferRequest' },
);

export const InferResponse = Type.Object(
  {
    model_name: Type.String(),
    model_version: Type.String(),
    id: Type.Optional(Type.String()),
    parameters: Type.Optional(Parameters),
    outputs: Type.Array(
      Type.Object({
        ...TensorMetadata.properties,
        parameters: Type.Optional(Parameters),
        data: Type.Optional(Type.Array(Type.Unknown())),
      }),
    ),
  },
  { $id: 'InferResponse' },
);

const Duration = Type.Object({ count: Type.Integer(), ns: Type.Integer() });

export const ModelStatisticsList = Type.Object(
  {
    model_stats: Type.Array(
      Type.Object({
        name: Type.String(),
        version: Type.String(),
        last_inference: Type.Integer({ description: 'Milliseconds since 1970; 0 where there was none.' }),
        inference_count: Type.Integer({ description: 'Rows computed.' }),
        execution_count: Type.Integer({
          description: 'Runs of the model: fewer than calls where some were computed together.',
        }),
        inference_stats: Type.Object({
          success: Duration,
          fail: Duration,
          queue: Duration,
          compute_input: Duration,
          compute_infer: Duration,
          compute_output: Duration,
          cache_hit: Duration,
          cache_miss: Duration,
        }),
        batch_stats: Type.Array(Type.Object({ batch_size: Type.Integer() })),
      }),
    ),
  },
  { $id: 'ModelStatisticsList', description: 'Calls since the site started.' },
);
export type ModelStatisticsList = Type.Static<typeof ModelStatisticsList>;

const TensorConfig = Type.Object({
  name: Type.String(),
  data_type: Type.String(),
  dims: Type.Array(Type.Integer()),
});

/** The fields of Triton's `ModelConfig` that mean something here. */
export const ModelConfig = Type.Object(
  {
    name: Type.String(),
    platform: Type.String(),
    backend: Type.String(),
    version_policy: Type.Object({ latest: Type.Object({ num_versions: Type.Integer() }) }),
    max_batch_size: Type.Integer({ description: '0: the shapes name the rows themselves.' }),
    input: Type.Array(TensorConfig),
    output: Type.Array(TensorConfig),
  },
  { $id: 'ModelConfig' },
);
export type ModelConfig = Type.Static<typeof ModelConfig>;

export const RepositoryIndexRequest = Type.Object(
  { ready: Type.Optional(Type.Boolean({ description: 'Only models that are ready.' })) },
  { $id: 'RepositoryIndexRequest' },
);

export const RepositoryChangeRequest = Type.Object(
  { parameters: Type.Optional(Type.Object({ unload_dependents: Type.Optional(Type.Boolean()) })) },
  { $id: 'RepositoryChangeRequest' },
);

export const RepositoryChange = Type.Object({}, { $id: 'RepositoryChange' });

export const RepositoryIndex = Type.Array(
  Type.Object({
    name: Type.String(),
    version: Type.String(),
    state: Type.Enum(['READY', 'UNAVAILABLE']),
    reason: Type.String(),
  }),
  { $id: 'RepositoryIndex' },
);
export type RepositoryIndex = Type.Static<typeof RepositoryIndex>;
