/**
 * From a part to the designs of the catalogue that are most like it, and the kinds of part it may be. The score of a
 * recommendation is the cosine of the two embeddings, and nothing else enters the ranking.
 */
import { createExactIndex, type ExactIndex } from '@chamfer/vectors';
import type { Catalogue } from '../designs/catalogue.ts';
import { type Encoder, requireDescriptor } from '../designs/encoder.ts';
import type { GeometryJob, GeometryResult, PartReader } from '../designs/part-reader.ts';
import { SiteError } from '../errors.ts';
import type { ServedModel } from '../inference/model-registry.ts';
import type { StoredDesign } from '../storage/design-store.ts';

/** How many of the likeliest kinds are told. */
const KINDS_MAX = 5;

export interface RecommenderOptions {
  readonly catalogue: Catalogue;
  readonly encoder: Encoder;
  /** Says what kind of part a descriptor is, with probabilities. */
  readonly classifier: ServedModel;
  readonly reader: PartReader;
}

export interface KindProbability {
  readonly kind: string;
  readonly probability: number;
}

interface RankedDesign {
  readonly score: number;
  readonly design: StoredDesign;
}

export interface RecommendationAnswer {
  readonly part: GeometryResult;
  readonly kinds: readonly KindProbability[];
  readonly ranked: readonly RankedDesign[];
}

export class Recommender {
  readonly catalogue: Catalogue;
  readonly encoder: Encoder;
  readonly classifier: ServedModel;
  readonly #reader: PartReader;
  readonly #index: ExactIndex;
  readonly #classes: readonly string[];

  /** Throws `MODEL_BROKEN` where the classifier is none, or none of geometry. */
  constructor({ catalogue, encoder, classifier, reader }: RecommenderOptions) {
    this.catalogue = catalogue;
    this.encoder = encoder;
    this.classifier = classifier;
    this.#reader = reader;
    this.#index = createExactIndex(catalogue.stored.embeddings, encoder.embeddingLength);
    this.#classes = classesOf(classifier);
  }

  /** Throws what the reader of the file throws, and what the pool throws; `k` from 1. */
  async recommend(upload: GeometryJob, k: number, signal: AbortSignal): Promise<RecommendationAnswer> {
    const part = await this.#reader.read(upload, signal);
    const query = this.encoder.embed(part.descriptor);
    const { designs } = this.catalogue.stored;
    const ranked = this.#index.search(query, { k }).map(({ row, score }) => ({
      // Float32 embeddings are of unit length only to seven digits.
      score: Math.min(1, Math.max(-1, score)),
      design: designs[row]!,
    }));
    return { part, kinds: this.#classify(part.descriptor), ranked };
  }

  #classify(descriptor: Float32Array): KindProbability[] {
    const X = { data: Float64Array.from(descriptor), rows: 1, columns: descriptor.length };
    const output = this.classifier.runtime.run('predict_proba', X);
    const probabilities = output.kind === 'numbers' ? output.data : [];
    return this.#classes
      .map((kind, at) => ({ kind, probability: probabilities[at] ?? 0 }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, KINDS_MAX);
  }
}

function classesOf(classifier: ServedModel): string[] {
  requireDescriptor(classifier);
  const { name, version } = classifier.info;
  // The artifact's own order is that of its probabilities, whatever a manifest says.
  const { signature } = classifier.runtime;
  if (signature.classes === undefined || !Object.hasOwn(signature.methods, 'predict_proba')) {
    throw new SiteError('MODEL_BROKEN', `${name} ${version} is no classifier with probabilities.`);
  }
  return signature.classes.map(String);
}
