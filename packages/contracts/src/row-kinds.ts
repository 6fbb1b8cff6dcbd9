/** What rows and their columns can be. By itself, so that it can be had without the schemas. */

export const ROW_KINDS = ['numbers', 'table', 'text', 'record', 'label', 'label list'] as const;
export const COLUMN_KINDS = ['number', 'category', 'text', 'any', 'unused'] as const;
