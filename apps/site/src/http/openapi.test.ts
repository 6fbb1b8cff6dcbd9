import { join } from 'node:path';
import Schema from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, SiteClient } from '../../fixtures/site-client.ts';
import { FIXTURES } from '../../fixtures/small-site.ts';

let client: SiteClient;

beforeAll(async () => {
  client = await SiteClient.start(['--model', join(FIXTURES, 'pickles', 'scaled-logistic.pkl')]);
});

afterAll(() => client.site.close());

describe('the document', () => {
  /** Every object of the document with its place in it. */
  function* objectsIn(value: unknown, place = '#'): Generator<[string, Record<string, unknown>]> {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) yield [place, value as Record<string, unknown>];
    for (const [name, item] of Object.entries(value)) yield* objectsIn(item, `${place}/${name}`);
  }

  const operations = () =>
    Object.entries(client.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  test('describes every address of the API', () => {
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(
      [
        'get /api/v1/designs',
        'get /api/v1/designs/{id}',
        'get /api/v1/designs/{id}/mesh',
        'get /api/v1/designs/{id}/thumbnail',
        'get /api/v1/models',
        'get /health/live',
        'get /health/ready',
        'get /openapi.json',
        'get /v2',
        'get /v2/health/live',
        'get /v2/health/ready',
        'get /v2/models',
        ...['', '/config', '/ready', '/stats', '/versions/{version}'].map(
          (rest) => `get /v2/models/{model}${rest}`,
        ),
        ...['/config', '/ready', '/stats'].map((rest) => `get /v2/models/{model}/versions/{version}${rest}`),
        'get /v2/models/stats',
        'post /api/v1/recommendations',
        'post /predict',
        'post /v2/models/{model}/infer',
        'post /v2/models/{model}/versions/{version}/infer',
        'post /v2/repository/index',
        'post /v2/repository/models/{model}/load',
        'post /v2/repository/models/{model}/unload',
      ].sort(),
    );
  });

  test('is OpenAPI 3.1: required fields, unique ids, declared path parameters', () => {
    expect(client.document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d+$/),
      info: { title: expect.any(String), version: expect.stringMatching(/^\d/) },
    });
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect(declared.map((one) => one.name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((one) => one[1]));
      for (const one of declared) expect(one.required).toBe(true);
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/);
        expect(description).not.toBe('');
      }
    }
  });

  test('every schema is JSON Schema that compiles, and every reference leads somewhere', () => {
    const { components } = client.document;
    for (const [place, object] of objectsIn(client.document)) {
      const reference = object.$ref;
      if (typeof reference === 'string' && place !== '#') {
        expect(Object.keys(components.schemas), place).toContain(
          reference.replace('#/components/schemas/', ''),
        );
      }
      if (/\/schema$/.test(place)) expect(() => Schema.Compile({ ...object, components })).not.toThrow();
      if (Array.isArray(object.required) && typeof object.properties === 'object') {
        expect(Object.keys(object.properties!), place).toEqual(expect.arrayContaining(object.required));
      }
    }
  });
});

describe('the rest of the API', () => {
  test('models are listed with their signatures', async () => {
    const { body } = await client.send('GET', '/api/v1/models');
    const { models } = body as { models: { name: string; isDefault: boolean; signature: unknown }[] };
    expect(models.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['geometry-encoder', false],
      ['part-classifier', false],
      ['scaled-logistic', true],
    ]);
    expect(models[2]!.signature).toMatchObject({
      input: { shape: [-1, 4] },
      defaultMethod: 'predict',
      classes: ['high', 'low', 'middle'],
    });
  });

  test('health tells of every part', async () => {
    expect((await client.send('GET', '/health/live')).body).toEqual({ live: true });
    const { status, body } = await client.send('GET', '/health/ready');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ready: true,
      parts: [
        { name: 'models', ready: true },
        { name: 'recommendations', ready: true, detail: 'Boxes: 5 designs' },
      ],
    });
  });

  test('documents are served with a policy, and only those that there are', async () => {
    for (const path of ['/', '/docs']) {
      const { status, type, headers } = await client.send('GET', path);
      expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    for (const path of ['/docs/', '/index.html', '/../package.json', '/%2e%2e/x', '/api', '/predict/x']) {
      expectProblem(await client.send('GET', path), 404, 'NOT_FOUND');
    }
  });

  test("every answer has an id: the caller's own where it is a plain word", async () => {
    const own = await client.send('GET', '/health/live', { headers: { 'x-request-id': 'trace-7' } });
    expect(own.headers.get('x-request-id')).toBe('trace-7');
    const odd = await client.send('GET', '/none', { headers: { 'x-request-id': 'a b' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/);
  });

  test('other methods are refused with those there are', async () => {
    for (const [method, path, allow] of [
      ['GET', '/predict', 'POST'],
      ['DELETE', '/api/v1/models', 'GET, HEAD'],
      ['POST', '/', 'GET, HEAD'],
      ['PUT', '/api/v1/designs/a', 'GET, HEAD'],
    ] as const) {
      const answer = await client.send(method, path);
      expectProblem(answer, 405, 'METHOD_NOT_ALLOWED');
      expect(answer.headers.get('allow')).toBe(allow);
    }
    expect((await client.send('HEAD', '/health/live')).status).toBe(200);
  });
});
