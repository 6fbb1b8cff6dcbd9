/** The opcode machine, byte by byte: pickles assembled by hand. */
import { describe, expect, test } from 'vitest';
import type { PickleLimits } from './limits.ts';
import { type PickleDocument, readPickle } from './read-pickle.ts';
import type { PickleValue } from './value.ts';

/** A pickle written as text, one character a byte. */
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const read = (text: string, limits: Partial<PickleLimits> = {}): Promise<PickleDocument> =>
  readPickle(bytes(text), { limits });
const rootOf = async (text: string): Promise<PickleValue> => (await read(text)).root;
const tuple = (...items: PickleValue[]): PickleValue => ({ kind: 'tuple', items });
const list = (...items: PickleValue[]): PickleValue => ({ kind: 'list', items });
const dict = (...entries: [PickleValue, PickleValue][]): PickleValue => ({ kind: 'dict', entries });

const refuses = async (text: string, code: string, message: RegExp, offsetBytes?: number): Promise<void> => {
  const error = await read(text).then(
    () => null,
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: 'SklearnError', code });
  expect(error.message).toMatch(message);
  if (offsetBytes !== undefined) expect(error.offsetBytes).toBe(offsetBytes);
};

describe('values', () => {
  test.each<[string, PickleValue]>([
    ['N', null],
    ['\x88', true],
    ['\x89', false],
    ['I00\n', false],
    ['I01\n', true],
    ['I1\n', 1],
    ['I-123\n', -123],
    ['I12345678901234567890\n', 12345678901234567890n],
    ['L5L\n', 5],
    ['L-5\n', -5],
    ['L0L\n', 0],
    ['J\xff\xff\xff\xff', -1],
    ['K\xff', 255],
    ['M\x01\x02', 513],
    ['\x8a\x00', 0],
    ['\x8a\x01\xff', -1],
    ['\x8a\x02\xff\x00', 255],
    ['\x8a\x09\0\0\0\0\0\0\0\x80\0', 2n ** 63n],
    ['\x8b\x02\0\0\0\x00\x80', -32768],
    ['F1.5\n', 1.5],
    ['F-1e-05\n', -1e-5],
    ['Finf\n', Infinity],
    ['F-inf\n', -Infinity],
    ['Fnan\n', Number.NaN],
    ['F-0.0\n', -0],
    ['G\x3f\xf8\0\0\0\0\0\0', 1.5],
    ["S'it\\'s \\x41\\101\\n\\\\'\n", "it's AA\n\\"],
    ['S"double"\n', 'double'],
    ['T\x02\0\0\0a\xff', 'a\xff'],
    ['U\x01\x80', '\x80'],
    ['V\\u0041\\U0001f600\xe9\\n\\\\u0041\n', 'A\u{1f600}é\\n\\\\u0041'],
    ['X\x02\0\0\0\xc3\xa9', 'é'],
    ['\x8c\x03\xed\xa0\x80', '\ud800'],
    ['\x8d\x01\0\0\0\0\0\0\0a', 'a'],
    ['\x8c\x03\xef\xbb\xbf', '\ufeff'],
    ['C\x02ab', bytes('ab')],
    ['B\x01\0\0\0\xff', bytes('\xff')],
    ['\x8e\x01\0\0\0\0\0\0\0a', bytes('a')],
    ['\x96\x01\0\0\0\0\0\0\0a', bytes('a')],
  ])('%j', async (text, value) => {
    expect(await rootOf(`${text}.`)).toEqual(value);
  });

  test.each([
    ['I1x\n.', /"1x" is not an integer/],
    ['L\n.', /not an integer/],
    ['L1_000\n.', /not an integer/],
    ['F1,5\n.', /"1,5" is not a float/],
    ['F\n.', /not a float/],
    ['Fe5\n.', /not a float/],
    ['Sa\n.', /not in quotes/],
    ['S\'a"\n.', /not in quotes/],
    ["S'\n.", /not in quotes/],
    ["S'\\xg'\n.", /broken escape/],
    ["S'\\'\n.", /broken escape/],
    ['V\\u00\n.', /broken .u escape/],
    ['V\\U00110000\n.', /broken .u escape/],
    ['X\x01\0\0\0\xff.', /not valid UTF-8/],
    ['\x8c\x03\xed\xa0\x7f.', /not valid UTF-8/],
    ['I1', /ends inside a line/],
    ['T\xff\xff\xff\xff.', /negative length/],
    ['\x8b\xff\xff\xff\xff.', /negative length/],
    ['B\xff\xff\xff\x7fab.', /ends too early/],
    ['\x8e\xff\xff\xff\xff\xff\xff\xff\xff.', /impossible/],
    ['\x8e\0\0\0\0\0\0\x01\0.', /ends too early/],
    ['G\0\0.', /ends too early/],
  ])('%j is refused', (text, message) => refuses(text, 'PICKLE_MALFORMED', message));
});

describe('containers', () => {
  test.each<[string, PickleValue]>([
    [')', tuple()],
    ['(t', tuple()],
    ['K\x01\x85', tuple(1)],
    ['K\x01K\x02\x86', tuple(1, 2)],
    ['K\x01K\x02K\x03\x87', tuple(1, 2, 3)],
    ['(K\x01K\x02t', tuple(1, 2)],
    [']', list()],
    ['(K\x01l', list(1)],
    [']K\x01a', list(1)],
    [']K\x01a(K\x02K\x03e', list(1, 2, 3)],
    ['}', dict()],
    ['(K\x01K\x02d', dict([1, 2])],
    ['}K\x01K\x02s', dict([1, 2])],
    ['}(K\x01K\x02K\x03K\x04u', dict([1, 2], [3, 4])],
    ['\x8f(K\x01\x90', { kind: 'set', items: [1] }],
    ['(K\x01\x91', { kind: 'set', items: [1] }],
    ['K\x012\x86', tuple(1, 1)],
    ['K\x01K\x020', 1],
    ['K\x01(0', 1],
    ['K\x01(K\x02K\x031', 1],
    ['K\x07q\x000h\x00', 7],
    ['K\x07r\x05\0\0\x000j\x05\0\0\0', 7],
    ['K\x07p12\n0g12\n', 7],
    ['K\x07\x94K\x08\x94\x86h\x01\x86', tuple(tuple(7, 8), 8)],
    // Python 2 numbers its memo from 1; MEMOIZE takes the number of entries.
    ['K\x07q\x010K\x08\x940h\x01', 8],
  ])('%j', async (text, value) => {
    expect(await rootOf(`${text}.`)).toEqual(value);
  });

  test.each([
    ['0.', /POP finds nothing on the stack/],
    ['2.', /DUP finds nothing/],
    ['t.', /TUPLE finds no mark/],
    ['1.', /POP_MARK finds no mark/],
    ['K\x01(2.', /DUP finds nothing/],
    ['K\x01(\x85.', /TUPLE1 finds nothing/],
    ['K\x01K\x02a.', /no list to fill/],
    ['](K\x01u.', /no dict to fill/],
    ['}(K\x01u.', /a key without a value/],
    ['(K\x01d.', /a key without a value/],
    [']K\x01K\x02s.', /no dict/],
    ['}(K\x01e.', /no list/],
    ['](K\x01\x90.', /no set/],
    ['h\x00.', /memo entry 0, which was never stored/],
    ['gx\n.', /"x" is not a memo key/],
    ['g-1\n.', /not a memo key/],
    ['q\x00.', /BINPUT finds nothing/],
    ['.', /STOP finds nothing/],
    ['K\x01K\x02.', /leaves values on the stack/],
    ['(K\x01.', /leaves values on the stack/],
    ['K\x01', /ends too early/],
    ['\xff.', /Byte 0 \(0xff\) is no pickle opcode/],
  ])('%j is refused', (text, message) => refuses(text, 'PICKLE_MALFORMED', message));

  test('keys named like parts of JavaScript are keys', async () => {
    const root = await rootOf('}(\x8c\x09__proto__K\x01\x8c\x0bconstructorK\x02u.');
    expect(root).toEqual(dict(['__proto__', 1], ['constructor', 2]));
  });
});

describe('objects are records, nothing is called', () => {
  const object = { kind: 'global', module: 'builtins', name: 'object' } as const;
  const record = { kind: 'object', global: object, args: [], state: undefined, items: [], entries: [] };

  test.each<[string, object]>([
    ['cbuiltins\nobject\n', object],
    ['c__builtin__\nobject\n', object],
    ['\x8c\x08builtins\x8c\x06object\x93', object],
    ['cbuiltins\nobject\n)\x81', record],
    ['cbuiltins\nobject\n)}\x92', record],
    ['(ibuiltins\nobject\n', record],
    ['(cbuiltins\nobject\no', record],
    ['cbuiltins\nobject\n)R', record],
    ['ccopyreg\n_reconstructor\n(cbuiltins\nobject\ncbuiltins\nobject\nNtR', record],
    ['ccopy_reg\n_reconstructor\n(cbuiltins\nobject\nc__builtin__\nobject\nNtR', record],
    ['ccopyreg\n__newobj__\ncbuiltins\nobject\n\x85R', record],
    ['(cbuiltins\nobject\nK\x01K\x02o', { ...record, args: [1, 2] }],
    ['cbuiltins\nobject\n)\x81K\x05b', { ...record, state: 5 }],
    ['cbuiltins\nobject\n)\x81(K\x05K\x06e', { ...record, items: [5, 6] }],
    ['cbuiltins\nobject\n)\x81K\x05K\x06s', { ...record, entries: [[5, 6]] }],
    [
      'ccopyreg\n_reconstructor\n(cbuiltins\nobject\ncbuiltins\ndict\n}K\x01K\x02stR',
      { ...record, entries: [[1, 2]] },
    ],
    ['ccopyreg\n_reconstructor\n(cbuiltins\nobject\ncbuiltins\nlist\n]K\x01atR', { ...record, items: [1] }],
    ['c_codecs\nencode\nX\x02\0\0\0\xc3\xa9X\x06\0\0\0latin1\x86R', bytes('\xe9')],
    ['cbuiltins\nbytes\n)R', bytes('')],
    ['cbuiltins\nbytearray\n)R', bytes('')],
    ['cbuiltins\nbytearray\nC\x01a\x85R', bytes('a')],
    ['c__builtin__\nbytearray\nX\x01\0\0\0aX\x07\0\0\0latin-1\x86R', bytes('a')],
    ['cbuiltins\nset\n]K\x01a\x85R', { kind: 'set', items: [1] }],
    ['cbuiltins\nfrozenset\n)R', { kind: 'set', items: [] }],
  ])('%j', async (text, value) => {
    expect(await rootOf(`${text}.`)).toEqual(value);
  });

  test.each([
    ['K\x01)R.', /REDUCE would call something that is no name/],
    ['cbuiltins\nobject\n)\x81)R.', /would call something that is no name/],
    ['cbuiltins\nobject\nK\x01R.', /arguments that are no tuple/],
    ['K\x01)\x81.', /NEWOBJ would call/],
    ['(o.', /OBJ would call/],
    ['cbuiltins\nobject\n)}K\x01K\x02s\x92.', /keyword arguments/],
    ['cbuiltins\nobject\n)N\x92.', /keyword arguments/],
    ['cbuiltins\nobject\nK\x01b.', /BUILD gives state to a global/],
    ['K\x01K\x01b.', /state to a plain value/],
    [']K\x01b.', /state to a list/],
    ['cbuiltins\nobject\n)\x81K\x01bK\x01b.', /state a second time/],
    ['K\x01\x8c\x01a\x93.', /names something with a value that is no text/],
    ['\x8c\x01aC\x01a\x93.', /names something with a value that is no text/],
    ['c_codecs\nencode\nX\x01\0\0\0aX\x05\0\0\0utf-8\x86R.', /bytes in an unknown way/],
    ['c_codecs\nencode\nX\x03\0\0\0\xe4\xb8\xadX\x06\0\0\0latin1\x86R.', /above U\+00FF/],
    ['cbuiltins\nbytes\nK\x05\x85R.', /bytes in an unknown way/],
    ['cbuiltins\nset\nK\x05\x85R.', /set of something that is no list/],
    ['ccopyreg\n_reconstructor\n(K\x01cbuiltins\nobject\nNtR.', /no class/],
    ['ccopyreg\n_reconstructor\n(cbuiltins\nobject\ncbuiltins\nint\nK\x01tR.', /object of int/],
    ['P1\n.', /PERSID needs persistent objects/],
    ['K\x01Q.', /BINPERSID needs persistent objects/],
    ['\x82\x01.', /EXT1 needs an extension registry/],
    ['\x83\x01\x00.', /EXT2/],
    ['\x84\x01\0\0\0.', /EXT4/],
    ['\x97.', /NEXT_BUFFER needs buffers kept outside/],
    ['\x98.', /READONLY_BUFFER/],
  ])('%j is refused', (text, message) => refuses(text, 'PICKLE_MALFORMED', message));
});

describe('the stream', () => {
  test.each([
    ['N.', 0],
    [').', 1],
    ['\x8a\x01\x01.', 2],
    ['\x80\x02N.', 2],
    ['\x80\x03N.', 3],
    ['\x80\x04N.', 4],
    ['\x80\x05N.', 5],
  ])('%j is protocol %i', async (text, protocol) => {
    expect(await read(text)).toMatchObject({
      protocol,
      container: 'pickle',
      compression: 'none',
      globals: [],
    });
  });

  test('names are listed as the file has them, in the order they appear', async () => {
    const { globals } = await read(
      '(c__builtin__\nobject\ncbuiltins\nint\ncbuiltins\nobject\nc__builtin__\nobject\nt.',
    );
    expect(globals.map(({ module, name }) => `${module} ${name}`)).toEqual([
      '__builtin__ object',
      'builtins int',
      'builtins object',
    ]);
  });

  test('frames hold whole opcodes', async () => {
    expect(await rootOf('\x80\x04\x95\x04\0\0\0\0\0\0\0K\x01\x85.')).toEqual(tuple(1));
    expect(await rootOf('\x80\x04\x95\x03\0\0\0\0\0\0\0K\x01\x85.')).toEqual(tuple(1));
    expect(await rootOf('\x95\x02\0\0\0\0\0\0\0K\x01\x95\x02\0\0\0\0\0\0\0\x85..'.slice(0, -1))).toEqual(
      tuple(1),
    );
  });

  test.each([
    ['\x80\x06N.', /protocol 6; 0 to 5 are known/, 0],
    ['N\x80\x04.', /PROTO stands in the middle/, 1],
    ['\x95\x04\0\0\0\0\0\0\0N.', /frame of 4 bytes does not fit/, 9],
    ['\x95\xff\xff\xff\xff\xff\xff\xff\xffN.', /impossible/, 9],
    ['\x95\x01\0\0\0\0\0\0\0K\x01.', /1 bytes cross the end of a frame/, 10],
    ['\x95\x02\0\0\0\0\0\0\0M\x01\x02.', /cross the end of a frame/, 10],
    ['\x95\x0b\0\0\0\0\0\0\0\x95\x02\0\0\0\0\0\0\0K\x01.', /a frame opens inside another/i, undefined],
    ['\x95\x04\0\0\0\0\0\0\0K\x01.N', /STOP comes before the end of its frame/, undefined],
    ['', /empty/, 0],
    ['PK\x03\x04', /zip archive/, 0],
    ['\x93NUMPY', /\.npy/, 0],
    ['\x89HDF\r\n\x1a\n', /HDF5/, 0],
    ['{"json": 1}', /no pickle but JSON/, 0],
  ])('%j is refused', (text, message, offset) => refuses(text, 'PICKLE_MALFORMED', message, offset));

  test.each(['N..', 'N.\n', 'N.N.', '\x80\x04N.\x80\x04N.'])('%j has something after its end', (text) =>
    refuses(text, 'PICKLE_TRAILING_DATA', /follow the end/, text.indexOf('.') + 1),
  );
});

describe('what walks the result may trust it', () => {
  test.each([
    [']q\x00h\x00a.', 'a list in itself'],
    ['}q\x00K\x01h\x00s.', 'a dict in itself'],
    [']q\x00h\x00\x85a.', 'a list in a tuple in itself'],
    ['cbuiltins\nobject\n)\x81q\x00h\x00b.', 'an object as its own state'],
    ['cbuiltins\nobject\n)\x81q\x00h\x00a.', 'an object among its own items'],
    ['cbuiltins\nobject\n]q\x00\x85\x81h\x000.', 'no cycle'],
  ])('%j: %s', async (text, what) => {
    if (what === 'no cycle') await expect(read(text)).resolves.toBeDefined();
    else await refuses(text, 'PICKLE_MALFORMED', /contains itself/);
  });

  test('a key twice is refused, few or many', async () => {
    await refuses('}(\x8c\x01aK\x01\x8c\x01aK\x02u.', 'PICKLE_MALFORMED', /the key "a" twice/);
    const entries = Array.from({ length: 20 }, (_, i) => `K${String.fromCharCode(i)}N`).join('');
    await expect(read(`}(${entries}u.`)).resolves.toBeDefined();
    await refuses(`}(${entries}K\x05Nu.`, 'PICKLE_MALFORMED', /the key "5" twice/);
    await refuses(`}(${entries}\x8c\x01aN\x8c\x01aNu.`, 'PICKLE_MALFORMED', /the key "a" twice/);
  });

  test('the same list may be used many times', async () => {
    const root = await rootOf(']q\x00h\x00\x86h\x00\x86.');
    expect(root).toEqual(tuple(tuple(list(), list()), list()));
  });

  test('nesting ends where recursion would', async () => {
    await expect(read(`${']'.repeat(999)}${'a'.repeat(998)}.`)).resolves.toBeDefined();
    await expect(read(`${']'.repeat(1001)}${'a'.repeat(1000)}.`)).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
      message: expect.stringContaining('nestingDepthMax'),
    });
  });

  test('shared parts do not hide how deep they are', async () => {
    // A tower of 600 levels is kept in the memo, then put on top of another of 600.
    const tower = `)${'\x85'.repeat(599)}q\x00`;
    await expect(read(`${tower}h\x00${'\x85'.repeat(300)}\x86.`)).resolves.toBeDefined();
    await expect(read(`${tower}h\x00${'\x85'.repeat(600)}\x86.`)).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
    });
  });

  test('doubling without end is refused', async () => {
    await expect(read(`K\x01${'2\x86'.repeat(20)}.`)).resolves.toBeDefined();
    await expect(read(`K\x01${'2\x86'.repeat(64)}.`)).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
      message: expect.stringContaining('unfoldedValuesMax'),
    });
  });
});

describe('limits', () => {
  test.each<[keyof PickleLimits, number, string]>([
    ['inputBytesMax', 1, 'N.'],
    ['opcodesMax', 3, 'N0N.'],
    ['memoEntriesMax', 1, 'Nq\x01.'],
    ['stackDepthMax', 2, '(NNNt.'],
    ['nestingDepthMax', 2, '(((ttt.'],
    ['stringBytesMax', 2, '\x8c\x03abc.'],
    ['stringBytesMax', 2, 'U\x03abc.'],
    ['integerBytesMax', 1, '\x8a\x02\0\x01.'],
    ['integerBytesMax', 1, 'L1234\n.'],
    ['unfoldedValuesMax', 2, '(NNNt\x85.'],
  ])('%s', async (name, value, text) => {
    await expect(read(text)).resolves.toBeDefined();
    await expect(read(text, { [name]: value })).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
      message: expect.stringContaining(name),
    });
  });

  test('a long line is a limit, not a hang', async () => {
    await expect(read(`I${'1'.repeat(10_000)}\n.`)).rejects.toMatchObject({ code: 'PICKLE_LIMIT_EXCEEDED' });
    await expect(read(`L${'1'.repeat(5_000)}\n.`)).rejects.toMatchObject({ code: 'PICKLE_LIMIT_EXCEEDED' });
  });

  describe('the same megabyte used over and over', () => {
    const length = '\0\0\x10\0';
    const megabyte = '\x01'.repeat(0x100000);
    const dtypeOf = (type: string) =>
      `cnumpy\ndtype\n\x8c${String.fromCharCode(type.length)}${type}\x89\x88\x87R`;
    const arrayOf = (type: string, count: string) =>
      `cnumpy._core.numeric\n_frombuffer\nq\x000(B${length}${megabyte}${dtypeOf(type)}J${count}\x85\x8c\x01Ctq\x010`;

    test.each([
      ['text made bytes', `c_codecs\nencode\nq\x000X${length}${megabyte}X\x06\0\0\0latin1\x86q\x010`],
      ['booleans', arrayOf('b1', length)],
      ['numbers', arrayOf('f8', '\0\0\x02\0')],
      ['texts', arrayOf('S1048576', '\x01\0\0\0')],
    ])('%s', async (_what, start) => {
      const make = 'h\x00h\x01R0';
      await expect(read(`${start}${make}N.`)).resolves.toBeDefined();
      await expect(read(`${start}${make.repeat(100)}N.`)).rejects.toMatchObject({
        code: 'PICKLE_LIMIT_EXCEEDED',
        message: expect.stringContaining('over and over'),
      });
    });
  });

  test('elements that take no bytes', async () => {
    const dtype = 'cnumpy\ndtype\n\x8c\x02U0\x89\x88\x87R';
    const array = (count: string) =>
      `cnumpy._core.numeric\n_frombuffer\n(C\0${dtype}J${count}\x85\x8c\x01CtR`;
    await expect(read(`${array('\x05\0\0\0')}.`)).resolves.toMatchObject({
      root: { data: ['', '', '', '', ''] },
    });
    await expect(read(`${array('\0\0\0\x10')}.`)).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
      message: expect.stringContaining('textElementsMax'),
    });
  });
});
