/**
 * Opens everything that recommendations need. A site whose encoder or classifier is missing or broken serves its
 * other models all the same: then there is a reason in the place of recommendations.
 */
import type { HealthPart } from '@chamfer/contracts';
import { createEncoder } from '../designs/encoder.ts';
import { openCatalogue } from '../designs/open-catalogue.ts';
import type { PartReader } from '../designs/part-reader.ts';
import { SiteError } from '../errors.ts';
import type { ServedModel } from '../inference/model-registry.ts';
import type { ModelTable } from '../inference/model-table.ts';
import type { CatalogueStore } from '../storage/design-store.ts';
import { Recommender } from './recommender.ts';

/** The shipped models behind recommendations. */
export const ENCODER = 'geometry-encoder';
export const CLASSIFIER = 'part-classifier';

export interface RecommendationsOptions {
  readonly models: ModelTable<ServedModel>;
  /** Folder of the catalogue. */
  readonly catalogue: string;
  readonly store: CatalogueStore;
  readonly reader: PartReader;
}

export interface Recommendations {
  readonly health: HealthPart;
  /** Throws `RECOMMENDATIONS_UNAVAILABLE` with the reason. */
  get(): Recommender;
}

/** Throws `CATALOGUE_BROKEN`. */
export async function openRecommendations(options: RecommendationsOptions): Promise<Recommendations> {
  const { models, catalogue: path, store, reader } = options;
  const name = 'recommendations';
  try {
    const encoder = createEncoder(models.find(ENCODER));
    const classifier = models.find(CLASSIFIER);
    const catalogue = await openCatalogue({ path, store, encoder });
    const recommender = new Recommender({ catalogue, encoder, classifier, reader });
    const { title, designs } = catalogue.stored;
    return {
      health: { name, ready: true, detail: `${title}: ${designs.length} designs` },
      get: () => recommender,
    };
  } catch (error) {
    if (!(error instanceof SiteError) || !['MODEL_UNKNOWN', 'MODEL_BROKEN'].includes(error.code)) throw error;
    const reason = error.message;
    return {
      health: { name, ready: false, detail: reason },
      get() {
        throw new SiteError('RECOMMENDATIONS_UNAVAILABLE', reason);
      },
    };
  }
}
