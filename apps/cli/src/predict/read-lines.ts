/** The lines of a stream of UTF-8 text, one after another. Refuses bytes that are no UTF-8, and endless lines. */

/** A row of a million numbers fits; a file without a line break must not fill the memory. */
const LINE_CHARACTERS_MAX = 64 * 2 ** 20;

/** Without their ends (`\n` or `\r\n`), and without a byte order mark. Throws an Error that names the line. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: string[] = [];
  let pending = 0;
  let line = 1;
  const finish = (last: string): string => {
    const text = parts.length === 0 ? last : parts.join('') + last;
    parts = [];
    pending = 0;
    line++;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new Error(`line ${line} or soon after: the text is not UTF-8`);
    }
  };
  for await (const bytes of chunks) {
    const text = decode(bytes);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield finish(text.slice(start, end));
      start = end + 1;
    }
    if (start < text.length) parts.push(text.slice(start));
    pending += text.length - start;
    if (pending > LINE_CHARACTERS_MAX)
      throw new Error(`line ${line} is longer than ${LINE_CHARACTERS_MAX} characters`);
  }
  const last = finish(decode());
  if (last !== '') yield last;
}
