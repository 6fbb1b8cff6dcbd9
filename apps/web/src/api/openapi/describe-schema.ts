/** A JSON Schema as a plain tree to read: what each field is, which bounds it has, what is inside it. */
import { dereference, type OpenApiDocument, referencedName, type Schema } from './document.ts';

export interface SchemaNode {
  /** In words, such as `array of number` or `string or null`. */
  readonly type: string;
  readonly description: string | undefined;
  /** Bounds and the like, such as `at least 1`. */
  readonly constraints: readonly string[];
  /** The only values allowed, as JSON. */
  readonly values: readonly string[];
  readonly fields: readonly SchemaField[];
}

export interface SchemaField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly node: SchemaNode;
}

/** Deeper than any message of the site; what refers to itself ends here at the latest. */
const DEPTH_MAX = 8;

function describeConstraints(schema: Schema): readonly string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema;
  const between = (min: number | undefined, max: number | undefined, unit: string): string | undefined => {
    if (min === undefined && max === undefined) return undefined;
    if (min === max) return `exactly ${min}${unit}`;
    if (max === undefined) return `at least ${min}${unit}`;
    return min === undefined ? `at most ${max}${unit}` : `${min} to ${max}${unit}`;
  };
  return [
    format === 'binary' ? undefined : format,
    between(minimum, maximum, ''),
    between(minLength, maxLength, ' characters'),
    between(minItems, maxItems, ' items'),
    pattern === undefined ? undefined : `matches ${pattern}`,
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
  ].filter((constraint) => constraint !== undefined);
}

/** Alternatives in one list: `anyOf` and `oneOf` read alike. */
function alternativesOf(schema: Schema): readonly Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

function describeType(schema: Schema, document: OpenApiDocument, depth: number): string {
  const name = referencedName(schema);
  if (name !== undefined) return name;
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) {
    return [...new Set(alternatives.map((one) => describeType(one, document, depth + 1)))].join(' or ');
  }
  if (schema.type === 'array') {
    if (schema.items === undefined || depth >= DEPTH_MAX) return 'array';
    const items = describeType(schema.items, document, depth + 1);
    return `array of ${items.includes(' or ') ? `(${items})` : items}`;
  }
  if (schema.format === 'binary') return 'bytes of a file';
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (typeof schema.type === 'string') return schema.type;
  if (schema.enum !== undefined) return [...new Set(schema.enum.map((value) => typeof value))].join(' or ');
  return schema.properties === undefined ? 'anything' : 'object';
}

/** The fields of an object, or of the object inside an array or among alternatives. */
function describeFields(
  given: Schema,
  document: OpenApiDocument,
  seen: readonly string[],
): readonly SchemaField[] {
  const name = referencedName(given);
  if (name !== undefined && seen.includes(name)) return [];
  const schema = dereference(given, document);
  const path = name === undefined ? [...seen, ''] : [...seen, name];
  if (path.length > DEPTH_MAX) return [];
  const field = (fieldName: string, isRequired: boolean, inner: Schema): SchemaField => ({
    name: fieldName,
    isRequired,
    node: describeSchemaAt(inner, document, path),
  });
  const named = Object.entries(schema.properties ?? {}).map(([key, inner]) =>
    field(key, schema.required?.includes(key) ?? false, inner),
  );
  const others = Object.values(schema.patternProperties ?? {});
  if (typeof schema.additionalProperties === 'object') others.push(schema.additionalProperties);
  const inside = [
    ...alternativesOf(schema),
    ...(schema.allOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  return [
    ...named,
    ...others.map((inner) => field('‹any name›', false, inner)),
    ...inside.flatMap((inner) => describeFields(inner, document, path)),
  ];
}

function describeSchemaAt(given: Schema, document: OpenApiDocument, seen: readonly string[]): SchemaNode {
  const schema = dereference(given, document);
  const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  return {
    type: describeType(given, document, 0),
    description: given.description ?? schema.description,
    constraints: describeConstraints(schema),
    values: values.map((value) => JSON.stringify(value)),
    fields: describeFields(given, document, seen),
  };
}

export function describeSchema(schema: Schema, document: OpenApiDocument): SchemaNode {
  return describeSchemaAt(schema, document, []);
}
