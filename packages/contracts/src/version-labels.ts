/** Words that name one of a model's versions and can be moved to another. By itself, so that it can be had without the schemas. */

export const VERSION_LABELS = ['stable', 'canary'] as const;
export type VersionLabel = (typeof VERSION_LABELS)[number];
