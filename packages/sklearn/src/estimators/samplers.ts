/** imblearn's samplers: they change what a model is fitted on, and do nothing when it predicts. */
import { isKind, type PickleValue } from '../pickle/value.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'imblearn.combine._smote_enn': ['SMOTEENN'],
  'imblearn.combine._smote_tomek': ['SMOTETomek'],
  'imblearn.over_sampling._adasyn': ['ADASYN'],
  'imblearn.over_sampling._random_over_sampler': ['RandomOverSampler'],
  'imblearn.over_sampling._smote.base': ['SMOTE', 'SMOTEN', 'SMOTENC'],
  'imblearn.over_sampling._smote.cluster': ['KMeansSMOTE'],
  'imblearn.over_sampling._smote.filter': ['BorderlineSMOTE', 'SVMSMOTE'],
  'imblearn.under_sampling._prototype_generation._cluster_centroids': ['ClusterCentroids'],
  'imblearn.under_sampling._prototype_selection._condensed_nearest_neighbour': ['CondensedNearestNeighbour'],
  'imblearn.under_sampling._prototype_selection._edited_nearest_neighbours': [
    'AllKNN',
    'EditedNearestNeighbours',
    'RepeatedEditedNearestNeighbours',
  ],
  'imblearn.under_sampling._prototype_selection._instance_hardness_threshold': ['InstanceHardnessThreshold'],
  'imblearn.under_sampling._prototype_selection._nearmiss': ['NearMiss'],
  'imblearn.under_sampling._prototype_selection._neighbourhood_cleaning_rule': ['NeighbourhoodCleaningRule'],
  'imblearn.under_sampling._prototype_selection._one_sided_selection': ['OneSidedSelection'],
  'imblearn.under_sampling._prototype_selection._random_under_sampler': ['RandomUnderSampler'],
  'imblearn.under_sampling._prototype_selection._tomek_links': ['TomekLinks'],
};

/** As a pickle spells them. */
export const SAMPLERS: readonly string[] = Object.entries(NAMES).flatMap(([module, names]) =>
  names.map((name) => `${module} ${name}`),
);

export function isSampler(value: PickleValue): boolean {
  if (!isKind(value, 'object')) return false;
  return SAMPLERS.includes(`${value.global.module} ${value.global.name}`);
}
