import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  PACKAGE_ERROR_CODES,
  REQUEST_ERROR_CODES,
  SiteError,
  START_ERROR_CODES,
  toSiteError,
} from '../errors.ts';
import { GRPC_STATUSES } from '../grpc/status-codes.ts';
import { OPEN_INFERENCE_STATUSES } from './open-inference-errors.ts';
import { PROBLEMS, toProblem } from './problem-details.ts';

describe('docs/reference/errors.md', () => {
  const document = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8');
  const row = /^\| `([A-Z_]+)` \| (\d+|start) \|(?: (\d+) \| ([A-Z_]+) \|)? ([^|]+) \|/gm;
  const rows = [...document.matchAll(row)].map((found) => found.slice(1));

  test('has a row for every code that a request can meet, with its statuses and title, and no other', () => {
    const codes = [...new Set([...REQUEST_ERROR_CODES, ...PACKAGE_ERROR_CODES])];
    const expected = codes.map((code) => [
      code,
      String(PROBLEMS[code].status),
      String(OPEN_INFERENCE_STATUSES[code]),
      GRPC_STATUSES[code],
      PROBLEMS[code].title,
    ]);
    const found = rows.filter(([, status]) => status !== 'start');
    expect(found.sort()).toEqual(expected.sort());
  });

  test('has a row for every code that keeps a site from starting', () => {
    const found = rows.filter(([, status]) => status === 'start').map(([code]) => code);
    expect(found.sort()).toEqual([...START_ERROR_CODES].sort());
  });
});

test('a problem tells what, where and what kind, and nothing of an internal mistake', () => {
  const place = { path: 'inputs[2]', line: 3, offsetBytes: 40 };
  expect(toProblem(new SiteError('INPUT_INVALID', 'row 2 is short', place), 'id-1')).toEqual({
    type: '/docs#INPUT_INVALID',
    title: 'The input does not fit',
    status: 422,
    code: 'INPUT_INVALID',
    detail: 'Row 2 is short.',
    ...place,
  });
  for (const thrown of [
    new TypeError('secret'),
    'secret',
    null,
    new SiteError('ADDRESS_UNAVAILABLE', 'secret'),
  ]) {
    const problem = toProblem(toSiteError(thrown), 'id-2');
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL', incident: 'id-2' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  }
});
