/** What the Open Inference Protocol says of the server and its models: the same words over REST and gRPC. */
import type {
  ModelConfig,
  ModelMetadata,
  ModelStatisticsList,
  RepositoryIndex,
  ServerMetadata,
  TensorSignature,
} from '@chamfer/contracts';
import { SiteError } from '../../errors.ts';
import type { RuntimeName } from '../load-model.ts';
import type { ModelRegistry, ServedModel } from '../model-registry.ts';
import type { DurationSum, Statistics } from './statistics.ts';

const EXTENSIONS = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'parameters',
  'statistics',
] as const;

/** The protocol's names: the framework, and the form of the file. */
const PLATFORMS: Readonly<Record<RuntimeName, string>> = {
  onnx: 'onnxruntime_onnx',
  remote: 'remote',
  sklearn: 'sklearn_pickle',
};

export class ModelDirectory {
  readonly #registry: ModelRegistry;
  readonly #statistics: Statistics;
  readonly #version: string;

  constructor(registry: ModelRegistry, statistics: Statistics, version: string) {
    this.#registry = registry;
    this.#statistics = statistics;
    this.#version = version;
  }

  server(): ServerMetadata {
    const extensions: string[] = [...EXTENSIONS];
    if (this.#registry.control === 'explicit') extensions.push('model_repository');
    return { name: 'chamfer', version: this.#version, extensions: extensions.sort() };
  }

  isReady(): boolean {
    return this.#registry.table.models.length > 0;
  }

  /** Calls back whenever models came, changed or went. */
  onChange(listener: () => void): void {
    this.#registry.onChange(listener);
  }

  names(): string[] {
    return [...new Set(this.#registry.table.models.map(({ info }) => info.name))];
  }

  /** Throws `MODEL_UNKNOWN`, as all that follow do. */
  find(name: string, version: string | null): ServedModel {
    return this.#registry.table.find(name, version);
  }

  /** Throws `REMOTE_UNAVAILABLE` too, for a model whose server does not answer. */
  requireReady(name: string, version: string | null): void {
    const { info, runtime } = this.find(name, version);
    if (runtime.isAnswering?.() === false) {
      const what = `The server of ${info.name} ${info.version} does not answer.`;
      throw new SiteError('REMOTE_UNAVAILABLE', what, { path: 'model' });
    }
  }

  isModelReady(name: string, version: string | null): boolean {
    try {
      this.requireReady(name, version);
      return true;
    } catch {
      return false;
    }
  }

  metadata(name: string, version: string | null): ModelMetadata {
    const { info, runtime } = this.find(name, version);
    const plain = ({ name, datatype, shape }: TensorSignature) => ({ name, datatype, shape });
    return {
      name: info.name,
      versions: this.#registry.table.models
        .filter((one) => one.info.name === info.name)
        .map((one) => one.info.version),
      platform: platformOf(info.runtime),
      inputs: runtime.tensors.inputs.map(plain),
      outputs: runtime.tensors.outputs.map(plain),
    };
  }

  config(name: string, version: string | null): ModelConfig {
    const { info, runtime } = this.find(name, version);
    return {
      name: info.name,
      platform: platformOf(info.runtime),
      backend: info.runtime,
      version_policy: { latest: { num_versions: 1 } },
      max_batch_size: 0,
      input: runtime.tensors.inputs.map(toTensorConfig),
      output: runtime.tensors.outputs.map(toTensorConfig),
    };
  }

  /** Of one model, or of all where none is named. */
  statistics(name: string | null, version: string | null): ModelStatisticsList {
    const models = name === null ? this.#registry.table.models : [this.find(name, version)];
    return {
      model_stats: models.map(({ info }) => {
        const found = this.#statistics.of(info.name, info.version);
        const durations = found.durations as Record<string, DurationSum>;
        return {
          name: info.name,
          version: info.version,
          last_inference: found.lastInferenceMs,
          inference_count: found.inferenceCount,
          execution_count: found.executionCount,
          inference_stats: durations as ModelStatisticsList['model_stats'][number]['inference_stats'],
          batch_stats: [],
        };
      }),
    };
  }

  /** Throws `MODEL_CONTROL_OFF`, `MODEL_UNKNOWN`, `MODEL_BROKEN`, as `unload` does. */
  load(name: string): Promise<void> {
    return this.#registry.load(name);
  }

  unload(name: string): Promise<void> {
    return this.#registry.unload(name);
  }

  index(onlyReady: boolean): RepositoryIndex {
    const ready = this.#registry.table.models.map(({ info }) => ({
      name: info.name,
      version: info.version,
      state: 'READY' as const,
      reason: '',
    }));
    const broken = this.#registry.broken.map((one) => ({ ...one, state: 'UNAVAILABLE' as const }));
    return onlyReady ? ready : [...ready, ...broken];
  }
}

function platformOf(runtime: string): string {
  return PLATFORMS[runtime as RuntimeName];
}

function toTensorConfig({ name, datatype, shape }: TensorSignature): ModelConfig['input'][number] {
  const type = datatype === 'BYTES' ? 'STRING' : datatype;
  return { name, data_type: `TYPE_${type}`, dims: shape };
}
