/** An OpenAPI document as the reference shows it: groups of operations, each with all that belongs to it. */
import { describeSchema, type SchemaNode } from './describe-schema.ts';
import type { MediaType, OpenApiDocument, Operation, Response } from './document.ts';
import { makeExample } from './make-example.ts';

export interface Reference {
  readonly title: string;
  readonly version: string;
  readonly description: string | undefined;
  readonly groups: readonly OperationGroup[];
  readonly problems: readonly ProblemCode[];
}

interface OperationGroup {
  readonly name: string;
  readonly operations: readonly DescribedOperation[];
}

export interface DescribedOperation {
  /** Unique in the document and fit for an address. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly parameters: readonly DescribedParameter[];
  readonly bodies: readonly Body[];
  readonly responses: readonly DescribedResponse[];
}

interface DescribedParameter {
  readonly name: string;
  readonly place: 'path' | 'query';
  readonly isRequired: boolean;
  readonly node: SchemaNode;
}

export interface Body {
  readonly contentType: string;
  readonly node: SchemaNode;
  /** As JSON, for bodies that are JSON. */
  readonly example: string | undefined;
}

export interface DescribedResponse {
  readonly status: string;
  /** The codes that a problem document of this status can have; none for other answers. */
  readonly problems: readonly ProblemCode[];
  readonly description: string;
  readonly bodies: readonly Body[];
}

/** A code of a problem document, as the descriptions of failed answers name it. */
export interface ProblemCode {
  readonly code: string;
  readonly title: string;
  readonly status: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const PROBLEM_TYPE = 'application/problem+json';
/** `` `INPUT_INVALID`: The input does not fit. ``, as often as a description says so. */
const PROBLEM_IN_WORDS = /`([A-Z][A-Z0-9_]+)`: ([^.`]+)\./g;

export function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/.test(contentType);
}

function describeBodies(
  content: Readonly<Record<string, MediaType>> | undefined,
  document: OpenApiDocument,
): readonly Body[] {
  return Object.entries(content ?? {}).map(([contentType, { schema = {}, example }]) => ({
    contentType,
    node: describeSchema(schema, document),
    example: isJson(contentType)
      ? JSON.stringify(example ?? makeExample(schema, document), null, 2)
      : undefined,
  }));
}

function findProblems(status: string, { description = '', content = {} }: Response): readonly ProblemCode[] {
  if (!(PROBLEM_TYPE in content)) return [];
  return [...description.matchAll(PROBLEM_IN_WORDS)].map(([, code, title]) => ({
    code: code!,
    title: title!,
    status,
  }));
}

function describeOperation(
  path: string,
  method: string,
  operation: Operation,
  document: OpenApiDocument,
): DescribedOperation {
  const { operationId, summary, description, parameters = [], requestBody, responses = {} } = operation;
  return {
    id: operationId ?? `${method}${path.replaceAll(/[^a-zA-Z0-9]+/g, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: summary ?? path,
    description,
    parameters: parameters.flatMap(
      ({ name, in: place, required = false, description: words, schema = {} }) =>
        place === 'path' || place === 'query'
          ? [
              {
                name,
                place,
                isRequired: required,
                node: {
                  ...describeSchema(schema, document),
                  ...(words === undefined ? {} : { description: words }),
                },
              },
            ]
          : [],
    ),
    bodies: describeBodies(requestBody?.content, document),
    responses: Object.entries(responses)
      .map(([status, response]) => ({
        status,
        problems: findProblems(status, response),
        description: response.description ?? '',
        bodies: describeBodies(response.content, document),
      }))
      .sort((a, b) => a.status.localeCompare(b.status)),
  };
}

/** Without tags the first words of the path that tell operations apart: `/api/v1/designs/{id}` is of `designs`. */
function groupNameOf(path: string, operation: Operation): string {
  const first = path.replace(/^\/api\/v\d+/, '').split('/')[1];
  return operation.tags?.[0] ?? first?.replace(/\.\w+$/, '') ?? path;
}

/** One of each code, by status. */
function collectProblems(operations: readonly DescribedOperation[]): readonly ProblemCode[] {
  const problems = operations.flatMap(({ responses }) => responses.flatMap((response) => response.problems));
  const byCode = new Map(problems.map((problem) => [problem.code, problem]));
  return [...byCode.values()].sort(
    (a, b) => a.status.localeCompare(b.status) || a.code.localeCompare(b.code),
  );
}

export function describeDocument(document: OpenApiDocument): Reference {
  const groups = new Map<string, DescribedOperation[]>();
  for (const { name } of document.tags ?? []) groups.set(name, []);
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      const described = describeOperation(path, method, operation, document);
      const name = groupNameOf(path, operation);
      groups.set(name, [...(groups.get(name) ?? []), described]);
    }
  }
  const { title, version, description } = document.info;
  return {
    title,
    version,
    description,
    groups: [...groups]
      .map(([name, operations]) => ({ name, operations }))
      .filter((g) => g.operations.length > 0),
    problems: collectProblems([...groups.values()].flat()),
  };
}
