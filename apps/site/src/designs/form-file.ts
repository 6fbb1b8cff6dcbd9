/**
 * Takes the one file out of a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1). Refuses forms with other
 * fields, without a file, or that do not end as they should; nothing is copied.
 */
import { SiteError } from '../errors.ts';

/** A part's header names a field and a file: 8 KiB is what HTTP servers commonly allow for all headers. */
const PART_HEADER_BYTES_MAX = 8 * 1024;

/** RFC 2046 section 5.1.1: 1 to 70 characters of a fixed set, not ending in a space. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** As long as file systems allow. */
export const FILENAME_LENGTH_MAX = 255;

export const FORM_FIELD = 'file';

export interface FormFile {
  readonly filename: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The boundary that a `Content-Type` names; null where the type is no form. Throws `MULTIPART_MALFORMED`. */
export function readFormBoundary(contentType: string): string | null {
  if (!/^multipart\/form-data\b/i.test(contentType)) return null;
  const parameter = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(contentType);
  const boundary = parameter?.[1] ?? parameter?.[2] ?? '';
  if (!BOUNDARY.test(boundary)) throw malformed('The content type names no valid boundary.', 0);
  return boundary;
}

/** Throws `MULTIPART_MALFORMED` with the byte offset in the body, or `INPUT_INVALID`. */
export function readFormFile(body: Uint8Array<ArrayBuffer>, boundary: string): FormFile {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const opening = Buffer.from(`--${boundary}\r\n`, 'latin1');
  if (!buffer.subarray(0, opening.length).equals(opening)) {
    throw malformed('The body does not begin with its boundary.', 0);
  }
  const headerStart = opening.length;
  const headerEnd = buffer.indexOf('\r\n\r\n', headerStart - 2, 'latin1');
  if (headerEnd === -1 || headerEnd - headerStart > PART_HEADER_BYTES_MAX) {
    throw malformed('The header of the first field does not end.', headerStart);
  }
  const { field, filename } = readDisposition(buffer.toString('utf8', headerStart, headerEnd), headerStart);
  if (field !== FORM_FIELD) throw unknownField(field);
  const contentStart = headerEnd + 4;
  const closing = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // An empty file leaves the line break of the header as the one before the boundary.
  const contentEnd = buffer.indexOf(closing, contentStart - 2);
  if (contentEnd === -1) throw malformed('The body ends inside the file.', body.length);
  requireEnd(buffer, contentEnd + closing.length);
  return { filename, bytes: body.subarray(contentStart, Math.max(contentStart, contentEnd)) };
}

/** After the only file comes `--` and nothing but the line break that RFC 2046 allows. */
function requireEnd(buffer: Buffer, at: number): void {
  const rest = buffer.toString('latin1', at, at + 8);
  if (/^--(\r\n)?$/.test(rest)) return;
  if (rest.startsWith('\r\n')) {
    const header = buffer.toString('utf8', at + 2, at + 2 + PART_HEADER_BYTES_MAX);
    throw unknownField(readParameter(header, 'name') ?? '');
  }
  throw malformed('The body does not end after the file.', at);
}

function readDisposition(header: string, offset: number): { field: string; filename: string | null } {
  const line = header.split('\r\n').find((one) => /^content-disposition:\s*form-data\b/i.test(one)) ?? '';
  const field = readParameter(line, 'name');
  if (field === null) throw malformed('The first field has no name.', offset);
  return { field, filename: readParameter(line, 'filename')?.slice(0, FILENAME_LENGTH_MAX) ?? null };
}

/** Quoted or a bare word; browsers escape a quote as %22, as the URL standard says. */
function readParameter(line: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;"]+))`, 'i').exec(line);
  return found === null ? null : (found[1] ?? found[2] ?? '').replaceAll('%22', '"');
}

function malformed(what: string, offsetBytes: number): SiteError {
  return new SiteError('MULTIPART_MALFORMED', what, { offsetBytes });
}

function unknownField(name: string): SiteError {
  const what = `The form has a field ${JSON.stringify(name.slice(0, 40))}; it takes one file, named "${FORM_FIELD}".`;
  return new SiteError('INPUT_INVALID', what, { path: FORM_FIELD });
}
