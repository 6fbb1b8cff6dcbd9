/**
 * Turns descriptors of geometry into embeddings with the encoder model. Refuses a model that is no encoder, and one
 * that was trained on another descriptor than this copy of Chamfer computes.
 */
import type { DescriptorReference } from '@chamfer/contracts';
import { DESCRIPTOR } from '@chamfer/geometry/descriptor';
import { SiteError } from '../errors.ts';
import type { ServedModel } from '../inference/model-registry.ts';

/** Bounds what one call allocates: 256 descriptors of 1,500 values are 3 MB of float64. */
const ROWS_AT_ONCE = 256;

export interface Encoder {
  readonly model: string;
  readonly version: string;
  readonly sha256: string;
  readonly embeddingLength: number;
  /** Row-major descriptors in, row-major unit-length embeddings out. */
  embed(descriptors: Float32Array): Float32Array;
}

/** Throws `MODEL_BROKEN`. */
export function createEncoder(model: ServedModel): Encoder {
  requireDescriptor(model);
  const { name, version, sha256, signature } = model.info;
  const embeddingLength = signature.methods.transform?.shape[1] ?? -1;
  if (embeddingLength < 1) {
    throw new SiteError('MODEL_BROKEN', `${name} ${version} has no transform of a known width.`);
  }
  const embedSome = (descriptors: Float32Array, embeddings: Float32Array): void => {
    const columns = DESCRIPTOR.length;
    const X = { data: Float64Array.from(descriptors), rows: descriptors.length / columns, columns };
    const output = model.runtime.run('transform', X);
    if (output.kind !== 'numbers' || output.data.length !== embeddings.length) {
      throw new SiteError(
        'MODEL_BROKEN',
        `${name} ${version} does not answer ${embeddingLength} numbers a row.`,
      );
    }
    embeddings.set(output.data);
  };
  return {
    model: name,
    version,
    sha256,
    embeddingLength,
    embed(descriptors) {
      const rows = descriptors.length / DESCRIPTOR.length;
      const embeddings = new Float32Array(rows * embeddingLength);
      for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
        const end = Math.min(rows, start + ROWS_AT_ONCE);
        embedSome(
          descriptors.subarray(start * DESCRIPTOR.length, end * DESCRIPTOR.length),
          embeddings.subarray(start * embeddingLength, end * embeddingLength),
        );
      }
      return embeddings;
    },
  };
}

/** Rows of another descriptor would be answered, and the answers would mean nothing. Throws `MODEL_BROKEN`. */
export function requireDescriptor(model: ServedModel): void {
  const { name, version } = model.info;
  if (isOurDescriptor(model.descriptor)) return;
  const theirs = model.descriptor === null ? 'no descriptor' : describe(model.descriptor);
  throw new SiteError(
    'MODEL_BROKEN',
    `${name} ${version} was made for ${theirs}; this Chamfer computes ${describe(DESCRIPTOR)}.`,
  );
}

export function isOurDescriptor(descriptor: DescriptorReference | null): boolean {
  return (
    descriptor !== null &&
    descriptor.name === DESCRIPTOR.name &&
    descriptor.version === DESCRIPTOR.version &&
    descriptor.length === DESCRIPTOR.length
  );
}

export function describe({ name, version, length }: DescriptorReference): string {
  return `${name} ${version} of ${length} values`;
}
