/**
 * What the loaded models take, for the OpenAPI document: a schema of one row for each model, and a request to try.
 * Of very wide models only the width is told.
 */
import type { ColumnSignature, ModelInfo } from '@chamfer/contracts';

/** Columns that are described one by one; nobody reads more. */
const COLUMNS_DESCRIBED_MAX = 64;
const CATEGORIES_SHOWN_MAX = 20;

type Schema = Readonly<Record<string, unknown>>;

export interface DescribedModels {
  /** By `Row of NAME`, without what a component name cannot hold. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Requests of `POST /predict`, by model. */
  readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: object }>>;
}

export function describeModels(models: readonly ModelInfo[]): DescribedModels {
  const schemas: Record<string, Schema> = {};
  const examples: Record<string, { summary: string; value: object }> = {};
  for (const { name, className, signature } of models) {
    schemas[`Row.${name}`] = {
      description: `One row of ${name} (${className}).`,
      ...rowSchema(signature),
    };
    const row = exampleRow(signature);
    if (row !== null)
      examples[name] = { summary: `One row for ${name}`, value: { model: name, inputs: [row] } };
  }
  return { schemas, examples };
}

function rowSchema({ rows = 'numbers', input, columnKinds }: ModelInfo['signature']): Schema {
  if (rows === 'text') return { type: 'string' };
  if (rows === 'record') return { type: ['object', 'array'] };
  if (rows === 'label') return { type: ['string', 'number', 'boolean'] };
  if (rows === 'label list') return { type: 'array' };
  const width = input.shape[1] ?? -1;
  const size = width === -1 ? {} : { minItems: width, maxItems: width };
  if (width === -1 || width > COLUMNS_DESCRIBED_MAX)
    return { type: 'array', items: { type: ['number', 'null'] }, ...size };
  const kinds = columnKinds ?? Array.from({ length: width }, (): ColumnSignature => ({ kind: 'number' }));
  const list = { type: 'array', prefixItems: kinds.map(columnSchema), ...size };
  const names = input.columns;
  if (names === undefined) return list;
  const properties = Object.fromEntries(names.map((name, j) => [name, columnSchema(kinds[j]!)]));
  const required = names.filter((_, j) => kinds[j]!.kind !== 'unused');
  return { anyOf: [{ type: 'object', properties, required, additionalProperties: false }, list] };
}

function columnSchema({ kind, categories = [] }: ColumnSignature): Schema {
  const known = categories.filter((one) => one !== null);
  switch (kind) {
    case 'number':
      return { type: ['number', 'null'] };
    case 'text':
      return { type: ['string', 'null'] };
    case 'category': {
      const more = known.length > CATEGORIES_SHOWN_MAX ? `; ${known.length} in all` : '';
      const shown = known.slice(0, CATEGORIES_SHOWN_MAX);
      return {
        type: [...new Set(known.map((one) => typeof one)), 'null'],
        description: `A category; known are ${shown.map((one) => JSON.stringify(one)).join(', ')}${more}.`,
        examples: shown,
      };
    }
    default:
      return { type: ['number', 'string', 'boolean', 'null'] };
  }
}

/** Null where there is nothing that a reader could fill in. */
function exampleRow({ rows = 'numbers', input, columnKinds }: ModelInfo['signature']): unknown {
  if (rows === 'text') return 'hex bolt M8, stainless steel';
  const width = input.shape[1] ?? -1;
  if ((rows !== 'numbers' && rows !== 'table') || width === -1 || width > COLUMNS_DESCRIBED_MAX) return null;
  const values = Array.from({ length: width }, (_, j) =>
    exampleValue(columnKinds?.[j] ?? { kind: 'number' }),
  );
  const names = input.columns;
  return names === undefined ? values : Object.fromEntries(names.map((name, j) => [name, values[j]]));
}

function exampleValue({ kind, categories }: ColumnSignature): unknown {
  if (kind === 'category') return categories?.find((one) => one !== null) ?? null;
  return kind === 'text' ? 'text' : kind === 'number' ? 1 : null;
}
