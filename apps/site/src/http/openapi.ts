/** The OpenAPI 3.1 document: made of the routes and of the schemas of `@chamfer/contracts`, never written by hand. */
import type { ModelInfo } from '@chamfer/contracts';
import type { AnsweredErrorCode } from '../errors.ts';
import { type DescribedModels, describeModels } from './describe-models.ts';
import { errorStyleOf } from './error-style.ts';
import { PROBLEMS } from './problem-details.ts';
import { type Answer, type Operation, type Route, schemaRef } from './route.ts';

/** What any request can meet, whatever its route. */
const EVERYWHERE: readonly AnsweredErrorCode[] = [
  'REQUEST_MALFORMED',
  'REQUEST_TIMEOUT',
  'HEADERS_TOO_LARGE',
  'HOST_REFUSED',
  'ORIGIN_REFUSED',
  'INTERNAL',
];

/** The schemas are loaded here, at the first request, because a start should not wait for them. */
export async function createOpenApi(
  routes: readonly Route[],
  version: string,
  models: readonly ModelInfo[] = [],
): Promise<object> {
  const paths: Record<string, Record<string, object>> = {};
  for (const { url, method, operation } of routes) {
    if (operation === null) continue;
    const path = url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(url, operation) };
  }
  const described = describeModels(models);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Chamfer site',
      version,
      description:
        'Predictions and design recommendations. Every failed answer is a problem document (RFC 9457); under `/v2` it is as the Open Inference Protocol has it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: withExamples(paths, described.examples),
    components: { schemas: { ...(await collectSchemas(paths)), ...described.schemas } },
  };
}

/** A request to try for each model that is loaded. */
function withExamples(
  paths: Readonly<Record<string, Record<string, object>>>,
  examples: DescribedModels['examples'],
): object {
  const predict = paths['/predict']?.post as { requestBody: { content: Record<string, object> } } | undefined;
  if (predict === undefined || Object.keys(examples).length === 0) return paths;
  const { requestBody } = predict;
  const content = Object.fromEntries(
    Object.entries(requestBody.content).map(([type, one]) => [type, { ...one, examples }]),
  );
  return { ...paths, '/predict': { post: { ...predict, requestBody: { ...requestBody, content } } } };
}

function describeOperation(url: string, operation: Operation): object {
  const { id, summary, description, parameters, requestBody, isBodyOptional } = operation;
  const { answer, otherAnswers = [], errors } = operation;
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined
      ? {}
      : { parameters: parameters.map((one) => ({ ...one, required: one.in === 'path' })) }),
    ...(requestBody === undefined
      ? {}
      : { requestBody: { required: isBodyOptional !== true, content: contentOf(requestBody) } }),
    responses: Object.fromEntries([
      ...[answer, ...otherAnswers].map(describeAnswer),
      ...describeErrors(url, [...EVERYWHERE, ...errors]),
    ]),
  };
}

function describeAnswer({ status, description, content }: Answer): [string, object] {
  return [String(status), { description, content: contentOf(content) }];
}

/** One response a status, naming the codes that have it. */
function describeErrors(url: string, codes: readonly AnsweredErrorCode[]): [string, object][] {
  const style = errorStyleOf(url);
  const type = style.contentType.split(';', 1)[0]!;
  const byStatus = Map.groupBy([...new Set(codes)], (code) => style.statusOf(code));
  return [...byStatus].map(([status, group]) => {
    const description = group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ');
    return [String(status), { description, content: contentOf({ [type]: schemaRef(style.schemaId) }) }];
  });
}

function contentOf(schemas: Readonly<Record<string, object>>): object {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]));
}

/** The schemas that the paths name, and those that these name. */
async function collectSchemas(paths: object): Promise<Record<string, unknown>> {
  const contracts: Record<string, unknown> = await import('@chamfer/contracts');
  const byId = new Map(Object.values(contracts).map((schema) => [idOf(schema), schema]));
  const schemas: Record<string, unknown> = {};
  const waiting = referencesOf(paths);
  for (const id of waiting) {
    if (Object.hasOwn(schemas, id)) continue;
    schemas[id] = replaceNested(byId.get(id));
    waiting.push(...referencesOf(schemas[id]));
  }
  return schemas;
}

function referencesOf(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((found) => found[1]!);
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const id = (value as { $id?: unknown }).$id;
  return typeof id === 'string' ? id : null;
}

/** The schema as plain data, in which every schema that has a name of its own is a reference to it. */
function replaceNested(schema: unknown, isRoot = true): unknown {
  if (Array.isArray(schema)) return schema.map((item) => replaceNested(item, false));
  if (typeof schema !== 'object' || schema === null) return schema;
  const id = idOf(schema);
  if (id !== null && !isRoot) return { $ref: `#/components/schemas/${id}` };
  const entries = Object.entries(schema).filter(([name]) => name !== '$id');
  return Object.fromEntries(entries.map(([name, value]) => [name, replaceNested(value, false)]));
}
