import { describe, expect, test } from 'vitest';
import { describeDocument } from './describe-document.ts';
import { describeSchema } from './describe-schema.ts';
import { isOpenApiDocument, type OpenApiDocument } from './document.ts';
import { makeExample } from './make-example.ts';
import { buildPath, formatCurl } from './request.ts';

const DOCUMENT: OpenApiDocument = {
  openapi: '3.1.1',
  info: { title: 'Site', version: '1.0.0' },
  paths: {
    '/api/v1/designs/{id}': {
      get: {
        operationId: 'design',
        summary: 'One design',
        parameters: [
          { name: 'id', in: 'path', required: true, description: 'Which one.', schema: { type: 'string' } },
          { name: 'k', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 10 } },
          { name: 'x-secret', in: 'header' },
        ],
        responses: {
          '404': {
            description: '`DESIGN_UNKNOWN`: There is no such design. `NOT_FOUND`: Nothing here.',
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
          '200': {
            description: 'The design.',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Design' } } },
          },
        },
      },
    },
    '/predict': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['inputs'],
                properties: {
                  inputs: { type: 'array', minItems: 1, items: { type: 'array', items: { type: 'number' } } },
                  model: { type: 'string' },
                },
              },
            },
          },
        },
        responses: {},
      },
    },
    '/upload': { post: { requestBody: { content: { 'multipart/form-data': {} } } } },
  },
  components: {
    schemas: {
      Problem: { type: 'object', properties: { code: { type: 'string' } } },
      Design: {
        type: 'object',
        required: ['id', 'kind'],
        properties: {
          id: { type: 'string', pattern: '^[a-z]+$', description: 'Its name.' },
          kind: { enum: ['screw', 'nut'] },
          volume: { anyOf: [{ type: 'number' }, { type: 'null' }] },
          attributes: { type: 'object', patternProperties: { '^.*$': { type: 'number' } } },
          parent: { $ref: '#/components/schemas/Design' },
          sizes: { type: 'array', minItems: 3, maxItems: 3, items: { type: 'number' } },
        },
      },
    },
  },
};

const designRef = { $ref: '#/components/schemas/Design' };
const { groups, problems } = describeDocument(DOCUMENT);
const operations = groups.flatMap((group) => group.operations);

describe('describeSchema', () => {
  const { type, fields } = describeSchema(designRef, DOCUMENT);
  const fieldNamed = (name: string) => fields.find((field) => field.name === name)!;

  test('follows references and stops where a schema holds itself', () => {
    expect(type).toBe('Design');
    expect(fieldNamed('parent').node).toMatchObject({ type: 'Design', fields: [] });
  });

  test('says types, bounds and values in words', () => {
    expect(fieldNamed('id')).toMatchObject({ isRequired: true, node: { constraints: ['matches ^[a-z]+$'] } });
    expect(fieldNamed('kind').node).toMatchObject({ type: 'string', values: ['"screw"', '"nut"'] });
    expect(fieldNamed('volume')).toMatchObject({ isRequired: false, node: { type: 'number or null' } });
    expect(fieldNamed('sizes').node).toMatchObject({
      type: 'array of number',
      constraints: ['exactly 3 items'],
    });
    expect(fieldNamed('attributes').node.fields[0]).toMatchObject({
      name: '‹any name›',
      node: { type: 'number' },
    });
  });

  test('a reference that leads nowhere is shown by its name', () => {
    expect(describeSchema({ $ref: '#/components/schemas/Gone' }, DOCUMENT)).toMatchObject({
      type: 'Gone',
      fields: [],
    });
  });
});

describe('makeExample', () => {
  test('makes the shortest message that fits', () => {
    expect(makeExample(designRef, DOCUMENT)).toEqual({ id: 'text', kind: 'screw' });
    expect(
      makeExample({ type: 'array', minItems: 2, items: { type: 'integer', minimum: 4 } }, DOCUMENT),
    ).toEqual([4, 4]);
    expect(makeExample({ anyOf: [{ type: 'null' }, { type: 'boolean' }] }, DOCUMENT)).toBe(true);
  });

  test("prefers the schema's own example", () => {
    expect(makeExample({ type: 'string', examples: ['M6'] }, DOCUMENT)).toBe('M6');
  });

  test('ends for a schema that requires itself', () => {
    const looped = {
      ...DOCUMENT,
      components: {
        schemas: { A: { required: ['a'], properties: { a: { $ref: '#/components/schemas/A' } } } },
      },
    };
    expect(JSON.stringify(makeExample({ $ref: '#/components/schemas/A' }, looped))).toContain('null');
  });
});

describe('describeDocument', () => {
  test('groups operations by tag, or else by path', () => {
    expect(groups.map(({ name }) => name)).toEqual(['designs', 'predict', 'upload']);
    expect(operations.map(({ id }) => id)).toEqual(['design', 'post-predict', 'post-upload']);
  });

  test('sorts answers by status and marks problems', () => {
    expect(operations[0]!.responses.map(({ status, problems }) => [status, problems.length])).toEqual([
      ['200', 0],
      ['404', 2],
    ]);
  });

  test('keeps parameters of path and query, with their words', () => {
    expect(operations[0]!.parameters).toMatchObject([
      { name: 'id', place: 'path', isRequired: true, node: { description: 'Which one.' } },
      { name: 'k', place: 'query', isRequired: false, node: { constraints: ['1 to 100', 'default 10'] } },
    ]);
  });

  test('collects the codes that descriptions name', () => {
    expect(problems).toEqual([
      { code: 'DESIGN_UNKNOWN', title: 'There is no such design', status: '404' },
      { code: 'NOT_FOUND', title: 'Nothing here', status: '404' },
    ]);
  });

  test('a document without anything is an empty reference', () => {
    expect(describeDocument({ openapi: '3.1.0', info: { title: 'x', version: '0' } }).groups).toEqual([]);
    expect(isOpenApiDocument({ openapi: '3.1.0', info: { title: 'x' } })).toBe(true);
    expect(isOpenApiDocument({ swagger: '2.0' })).toBe(false);
    expect(isOpenApiDocument(null)).toBe(false);
  });
});

describe('requests', () => {
  const [design, predict, upload] = operations;

  test('values fill the path and the query, encoded', () => {
    expect(buildPath(design!, { id: 'a/b', k: '5' })).toBe('/api/v1/designs/a%2Fb?k=5');
    expect(buildPath(design!, { k: '' })).toBe('/api/v1/designs/{id}');
  });

  test('curl: a body is quoted for the shell, files are sent as a form', () => {
    expect(formatCurl(design!, 'http://h', { id: 'a' }, undefined)).toBe("curl 'http://h/api/v1/designs/a'");
    expect(formatCurl(predict!, 'http://h', {}, `{"model":"it's"}`)).toBe(
      `curl -X POST 'http://h/predict' \\\n  -H 'content-type: application/json' \\\n  -d '{"model":"it'\\''s"}'`,
    );
    expect(formatCurl(upload!, 'http://h', {}, undefined)).toContain("-F 'file=@part.stl'");
  });
});
