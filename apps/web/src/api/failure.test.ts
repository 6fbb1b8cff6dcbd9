import { ClientError } from '@chamfer/client';
import { describe, expect, test } from 'vitest';
import { describeFailure, describePlace, PageError } from './failure.ts';

const PROBLEM = {
  type: '/docs/errors#FILE_MALFORMED',
  title: 'The file is malformed',
  status: 400,
  code: 'FILE_MALFORMED',
  detail: 'The header promises 12 triangles, the file ends after 3.',
  offsetBytes: 1234,
};

describe('describeFailure', () => {
  test("repeats the site's own words and says where in the file", () => {
    const failure = describeFailure(new ClientError('REFUSED', 'POST ...', { problem: PROBLEM }));
    expect(failure).toMatchObject({ title: PROBLEM.title, detail: PROBLEM.detail, place: 'byte 1,234' });
    expect(failure.nextStep).toContain('CAD');
    expect(failure.canRetry).toBe(false);
  });

  test('a fault of the site is not blamed on the file', () => {
    const problem = { ...PROBLEM, status: 500, code: 'INTERNAL', incident: '7f3a' };
    const failure = describeFailure(new ClientError('REFUSED', '', { problem }));
    expect(failure.nextStep).toContain('not of your file');
    expect(failure.incident).toBe('7f3a');
    expect(failure.canRetry).toBe(true);
  });

  test.each(['UNREACHABLE', 'TIMEOUT', 'UNEXPECTED'] as const)('%s has words and a next step', (code) => {
    const failure = describeFailure(new ClientError(code, 'no answer'));
    expect(failure.title).not.toBe('');
    expect(failure.nextStep).toMatch(/[.]$/);
  });

  test('failures of the page itself keep their words', () => {
    expect(describeFailure(new PageError('A folder', 'It holds no part.', 'Drop a file.'))).toMatchObject({
      title: 'A folder',
      detail: 'It holds no part.',
      nextStep: 'Drop a file.',
    });
    expect(describeFailure('odd').detail).toBe('odd');
  });
});

test('describePlace names all that is known', () => {
  expect(describePlace({})).toBeUndefined();
  expect(describePlace({ line: 3, offsetBytes: 70 })).toBe('line 3, byte 70');
  expect(describePlace({ path: 'inputs[2][5]' })).toBe('inputs[2][5]');
});
