import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import { readFormBoundary, readFormFile } from './form-file.ts';

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function refusalOf(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof SiteError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'accepted', message: '' };
}

/** As the platform's own fetch writes a form. */
async function encodeForm(field: string, content: Uint8Array<ArrayBuffer>, filename: string) {
  const form = new FormData();
  form.append(field, new File([content], filename));
  const request = new Request('http://localhost/', { method: 'POST', body: form });
  const boundary = readFormBoundary(request.headers.get('content-type')!);
  return { body: new Uint8Array(await request.arrayBuffer()), boundary: boundary! };
}

test('takes the file out of a form that fetch wrote, whatever its bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ maxLength: 20 }),
      async (content, name) => {
        const { body, boundary } = await encodeForm('file', new Uint8Array(content), name);
        const file = readFormFile(body, boundary);
        expect(Buffer.from(file.bytes).equals(Buffer.from(content))).toBe(true);
        if (/^[\w. "ü-]+$/.test(name)) expect(file.filename).toBe(name);
      },
    ),
    { numRuns: 200 },
  );
});

test('takes quoted and bare parameters, and cuts a filename that no file system has', () => {
  const head = `--b\r\nContent-Disposition: form-data; filename=${'x'.repeat(300)}; name=file\r\n\r\n`;
  expect(readFormFile(bytesOf(`${head}solid\r\n--b--`), 'b')).toEqual({
    filename: 'x'.repeat(255),
    bytes: bytesOf('solid'),
  });
});

describe('refuses', () => {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  test.each([
    ['another field', `${head.replace('"file"', '"part"')}x\r\n--b--`, 'INPUT_INVALID'],
    [
      'a field after the file',
      `${head}x\r\n--b\r\nContent-Disposition: form-data; name="k"\r\n\r\n3\r\n--b--`,
      'INPUT_INVALID',
    ],
    ['a field without a name', '--b\r\nContent-Type: x\r\n\r\nx\r\n--b--', 'MULTIPART_MALFORMED'],
    ['a body that is no form', 'solid part', 'MULTIPART_MALFORMED'],
    ['a header that does not end', `--b\r\n${'x'.repeat(20_000)}\r\n\r\n`, 'MULTIPART_MALFORMED'],
    ['a file that does not end', `${head}x`, 'MULTIPART_MALFORMED'],
    ['more after the end', `${head}x\r\n--bc`, 'MULTIPART_MALFORMED'],
    ['nothing', '', 'MULTIPART_MALFORMED'],
  ])('%s', (_, text, code) => {
    expect(refusalOf(() => readFormFile(bytesOf(text), 'b')).code).toBe(code);
  });

  test('a content type without a valid boundary', () => {
    for (const type of ['multipart/form-data', `multipart/form-data; boundary=${'b'.repeat(71)}`]) {
      expect(refusalOf(() => readFormBoundary(type)).code).toBe('MULTIPART_MALFORMED');
    }
    expect(readFormBoundary('application/octet-stream')).toBeNull();
    expect(readFormBoundary('Multipart/Form-Data; charset=x; BOUNDARY="a b"')).toBe('a b');
  });
});

test('any bytes at all are read or refused by a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, hasStart) => {
      const start = hasStart ? '--b\r\nContent-Disposition: form-data; name="file"\r\n' : '';
      const body = new Uint8Array(Buffer.concat([Buffer.from(start), noise]));
      const { code } = refusalOf(() => readFormFile(body, 'b'));
      expect(['accepted', 'MULTIPART_MALFORMED', 'INPUT_INVALID']).toContain(code);
    }),
  );
});
