import type { Problem, RecommendationResponse } from '@chamfer/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, SiteClient } from '../../../fixtures/site-client.ts';
import { boxStl, stlOf } from '../../../fixtures/small-site.ts';

let client: SiteClient;

beforeAll(async () => {
  client = await SiteClient.start();
});

afterAll(() => client.site.close());

describe('POST /api/v1/recommendations', () => {
  test('finds the very part first, with its measures, kinds and pictures', async () => {
    const { status, body } = await client.recommend(boxStl(10, 40, 40), '?k=3&filename=plate.stl');
    expect(status).toBe(200);
    const answer = body as RecommendationResponse;
    expect(answer.query).toMatchObject({ filename: 'plate.stl', format: 'stl', warnings: [] });
    expect(answer.query.measures).toMatchObject({ sizeMm: [10, 40, 40], volumeMm3: 16_000, closed: true });
    expect(answer.query.kinds.map((one) => one.kind).sort()).toEqual(['bracket', 'nut', 'screw']);
    expect(answer.recommendations).toHaveLength(3);
    expect(answer.recommendations[0]).toMatchObject({
      rank: 1,
      design: { id: 'box-10x40x40', licence: 'CC0-1.0' },
    });
    expect(answer.recommendations[0]!.score).toBeCloseTo(1, 6);
    const scores = answer.recommendations.map((one) => one.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('takes a form, and the media types of its formats', async () => {
    const form = new FormData();
    form.append('file', new File([boxStl(10, 10, 10)], 'my "cube".stl'));
    const { body } = await client.send('POST', '/api/v1/recommendations', { body: form });
    expect(body).toMatchObject({ query: { filename: 'my "cube".stl' } });
    expect((await client.recommend(boxStl(10, 10, 10), '', 'model/stl')).status).toBe(200);
    const obj = new TextEncoder().encode(
      'v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n',
    );
    expect((await client.recommend(obj, '', 'model/obj')).body).toMatchObject({ query: { format: 'obj' } });
    expectProblem(await client.recommend(obj, '', 'model/stl'), 415, 'FORMAT_UNKNOWN');
  });

  const text = (words: string) => new TextEncoder().encode(words);
  const nan = boxStl(1, 1, 1);
  new DataView(nan.buffer).setFloat32(96, Number.NaN, true);
  const corner = [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
  ] as const;
  const refused: [string, Uint8Array<ArrayBuffer>, string, number[]][] = [
    [
      'a text file named .stl',
      text('Dear all,\nplease find the part attached.\n'.repeat(20)),
      '?filename=part.stl',
      [415, 422],
    ],
    ['an STL with 0 triangles', stlOf([]), '?filename=part.stl', [422]],
    ['an STL with NaN', nan, '', [422]],
    ['an STL whose count lies', stlOf([corner], 4_000_000_000), '?filename=part.stl', [415, 422]],
    ['an STL that was cut off', boxStl(1, 1, 1).slice(0, 300), '?filename=part.stl', [415, 422]],
    ['triangles that are points', stlOf([[corner[0], corner[0], corner[0]]]), '', [422]],
    ['an ASCII STL without facets', text('solid x\nendsolid x\n'), '', [422]],
    ['an OBJ without faces', text('v 0 0 0\nv 1 0 0\n'), '?filename=a.obj', [415, 422]],
    ['an OBJ whose face points nowhere', text('v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n'), '', [422]],
    ['a picture', text('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), '?filename=part.png', [415, 422]],
    ['an empty file', new Uint8Array(0), '?filename=part.stl', [415, 422]],
  ];
  test.each(refused)('%s is refused with a reason', async (_, file, query, statuses) => {
    const answer = await client.recommend(file, query);
    expect(statuses).toContain(answer.status);
    expectProblem(answer, answer.status, (answer.body as Problem).code);
  });

  test.each([
    ['k of 0', '?k=0', 'k'],
    ['k of 101', '?k=101', 'k'],
    ['k that is no number', '?k=ten', 'k'],
    ['k given twice', '?k=1&k=2', 'k'],
    ['an unknown parameter', '?limit=1', 'limit'],
  ])('%s is refused', async (_, query, path) => {
    expect(expectProblem(await client.recommend(boxStl(1, 1, 1), query), 422, 'INPUT_INVALID')).toMatchObject(
      {
        path,
      },
    );
  });

  test('a form that is none, one with other fields, and other types are refused', async () => {
    expectProblem(
      await client.recommend(text('x'), '', 'multipart/form-data; boundary=b'),
      400,
      'MULTIPART_MALFORMED',
    );
    expectProblem(await client.recommend(text('x'), '', 'multipart/form-data'), 400, 'MULTIPART_MALFORMED');
    const form = new FormData();
    form.append('part', new File([boxStl(1, 1, 1)], 'a.stl'));
    expectProblem(await client.send('POST', '/api/v1/recommendations', { body: form }), 422, 'INPUT_INVALID');
    expectProblem(
      await client.recommend(boxStl(1, 1, 1), '', 'application/json'),
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    );
  });
});
