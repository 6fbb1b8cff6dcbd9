/** Files in NumPy's own format, .npy, whose headers or data lie. */
import { type Attack, attacksOf, latin1 } from './attack.ts';
import { little } from './pickle-writer.ts';

const BYTES_24 = '\0'.repeat(24);

function npy(header: string, data: string, version = 1): string {
  return `\x93NUMPY${String.fromCharCode(version)}\0${little(header.length, version === 1 ? 2 : 4)}${header}${data}`;
}

const HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n";

/** As `npy` reads them. */
function npyAttacks(): Attack[] {
  const malformed = attacksOf('PICKLE_MALFORMED', [
    [
      '.npy: cut in the header',
      'a copy that was cut',
      () => npy(HEADER, '').slice(0, 20),
      /ends inside its header/,
    ],
    [
      '.npy: cut in the data',
      'a copy that was cut',
      () => npy(HEADER, BYTES_24).slice(0, -1),
      /needs 24 bytes, the file has 23/,
    ],
    [
      '.npy: a header of 4 GB',
      'memory',
      () => npy(HEADER, BYTES_24, 2).replace(little(HEADER.length, 4), '\xff\xff\xff\xff'),
      /4294967295 bytes is too long/,
    ],
    [
      '.npy: code in the header',
      'Python evaluates it',
      () => npy("__import__('os').system('id')\n", ''),
      /no Python literal/,
    ],
    ['.npy: no dict', 'confuses two types', () => npy('[1, 2]\n', ''), /lacks fortran_order/],
    ['.npy: brackets without end', 'recursion', () => npy('('.repeat(9_000), '', 2), /no Python literal/],
    [
      '.npy: a key twice',
      'two readers see two arrays',
      () => npy("{'shape': (1,), 'shape': (3,)}", BYTES_24),
      /no Python literal/,
    ],
    [
      '.npy: no shape',
      'overflows the size',
      () => npy("{'descr': '<f8', 'fortran_order': False}", BYTES_24),
      /lacks a shape/,
    ],
    [
      '.npy: a negative shape',
      'overflows the size',
      () => npy(HEADER.replace('(3,)', '(-3,)'), BYTES_24),
      /impossible shape/,
    ],
    [
      '.npy: an impossible shape',
      'overflows the size',
      () => npy(HEADER.replace('(3,)', '(9007199254740993, 9)'), BYTES_24),
      /impossible|needs \d+ bytes/,
    ],
    ['.npy: another file', 'a mistake', () => 'PK\x03\x04', /no \.npy file/],
  ]);
  const trailing = attacksOf('PICKLE_TRAILING_DATA', [
    ['.npy: bytes after the data', 'hides data', () => npy(HEADER, `${BYTES_24}x`), /Bytes follow the data/],
  ]);
  const unsupported = attacksOf('ARRAY_UNSUPPORTED', [
    [
      '.npy: objects',
      'a pickle inside',
      () => latin1(npy(HEADER.replace('<f8', '|O'), BYTES_24)),
      /object array has no raw bytes/,
    ],
    [
      '.npy: a version to come',
      'an unknown layout',
      () => npy(HEADER, BYTES_24, 9),
      /Version 9 of \.npy is not known/,
    ],
  ]);
  return [...malformed, ...trailing, ...unsupported].map((attack) => ({ ...attack, reader: 'npy' }));
}

export const NPY_FILES: readonly Attack[] = npyAttacks();
