import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, SiteClient } from '../../../fixtures/site-client.ts';

let client: SiteClient;

beforeAll(async () => {
  client = await SiteClient.start();
});

afterAll(() => client.site.close());

describe('the catalogue', () => {
  test('is listed page by page, each design once', async () => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await client.send('GET', `/api/v1/designs?limit=2${cursor}`);
      const page = body as { designs: { id: string }[]; nextCursor: string | null };
      ids.push(...page.designs.map((design) => design.id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(ids).toEqual(['box-10x10x10', 'box-10x10x40', 'box-10x40x40', 'box-5x20x80', 'box-2x60x60']);
  });

  test('gives each design with a picture and a mesh that are kept for ever', async () => {
    const { body } = await client.send('GET', '/api/v1/designs/box-5x20x80');
    const design = body as { meshUrl: string; thumbnailUrl: string };
    for (const [address, type, magic] of [
      [design.meshUrl, 'model/gltf-binary', 'glTF'],
      [design.thumbnailUrl, 'image/png', '\x89PNG'],
    ] as const) {
      const file = await client.send('GET', address);
      expect(file.type).toBe(type);
      expect(Buffer.from(file.body as ArrayBuffer).toString('latin1', 0, 4)).toBe(magic);
      expect(file.headers.get('cache-control')).toContain('immutable');
      const tag = file.headers.get('etag')!;
      expect((await client.send('GET', address, { headers: { 'if-none-match': tag } })).status).toBe(304);
      expect((await client.send('GET', address.split('?')[0]!)).headers.get('cache-control')).toBe(
        'no-cache',
      );
    }
  });

  test('refuses what it does not hold', async () => {
    for (const path of [
      '/none',
      '/none/mesh',
      '/..%2f..%2fetc%2fpasswd',
      '/..%2f..%2fdesigns.json/mesh',
      '?cursor=none',
    ]) {
      expectProblem(await client.send('GET', `/api/v1/designs${path}`), 404, 'DESIGN_UNKNOWN');
    }
    expectProblem(await client.send('GET', '/api/v1/designs?limit=501'), 422, 'INPUT_INVALID');
  });
});
