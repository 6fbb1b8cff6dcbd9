/** Text out of a file that somebody else wrote, made safe to print: no control or bidirectional characters. */

// What a terminal would obey, and what would show letters in another order than they stand in.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\p{Cs}]/gu;

/** One line, at most `lengthMax` characters. */
export function printable(text: string, lengthMax = 300): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}...` : text;
  return cut.replace(UNPRINTABLE, '?');
}
