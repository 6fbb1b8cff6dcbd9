/** A JSON value that fits a schema: its own example where it has one, else the plainest value there is. */
import { dereference, type OpenApiDocument, referencedName, type Schema } from './document.ts';

/** What refers to itself is cut here. */
const DEPTH_MAX = 8;

function isNull(schema: Schema): boolean {
  return schema.type === 'null';
}

function makeNumber({ minimum, maximum }: Schema): number {
  if (minimum !== undefined && minimum > 0) return minimum;
  return maximum !== undefined && maximum < 0 ? maximum : 0;
}

function makeObject(schema: Schema, document: OpenApiDocument, depth: number): Record<string, unknown> {
  const required = schema.required ?? [];
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name]) => required.includes(name))
      .map(([name, inner]) => [name, makeAt(inner, document, depth + 1)]),
  );
}

function makeAt(given: Schema, document: OpenApiDocument, depth: number): unknown {
  const schema = dereference(given, document);
  const stated = [schema.example, schema.examples?.[0], schema.const, schema.default, schema.enum?.[0]];
  const found = stated.find((value) => value !== undefined);
  if (found !== undefined || depth > DEPTH_MAX) return found ?? null;
  if (referencedName(schema) !== undefined) return null;
  const alternatives = schema.anyOf ?? schema.oneOf ?? [];
  if (alternatives.length > 0) {
    return makeAt(alternatives.find((one) => !isNull(one)) ?? alternatives[0]!, document, depth + 1);
  }
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((one) => makeAt(one, document, depth + 1)));
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'number':
    case 'integer':
      return makeNumber(schema);
    case 'string':
      return 'text';
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () =>
        makeAt(schema.items ?? {}, document, depth + 1),
      );
    case 'object':
      return makeObject(schema, document, depth);
    default:
      return schema.properties === undefined ? null : makeObject(schema, document, depth);
  }
}

/** Objects hold their required fields only: the shortest message that is accepted. */
export function makeExample(schema: Schema, document: OpenApiDocument): unknown {
  return makeAt(schema, document, 0);
}
