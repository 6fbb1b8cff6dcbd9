/** Streams that end, frame, number or nest otherwise than they say. */
import { type Attack, attacksOf } from './attack.ts';
import { call, dict, dtype, global, int, list, NONE, object, pickle, text, tuple } from './pickle-writer.ts';

const FRAME = (length: string): string => `\x80\x04\x95${length}`;

export const BROKEN_STREAMS: readonly Attack[] = [
  ...attacksOf('PICKLE_MALFORMED', [
    ['an empty file', 'a copy that failed', () => '', /The file is empty/],
    ['nothing but the protocol', 'a copy that was cut', () => '\x80\x04', /ends too early/],
    ['no STOP', 'a copy that was cut', () => '\x80\x04]', /ends too early/],
    [
      'cut inside a text',
      'a copy that was cut',
      () => '\x80\x04\x8c\x10abc',
      /ends too early: 16 more bytes were announced, 3 are left/,
    ],
    ['cut inside a line', 'a copy that was cut', () => 'cnumpy\nndar', /ends inside a line of text/],
    ['an unknown opcode', 'damage', () => '\x80\x04\xf0.', /Byte 2 \(0xf0\) is no pickle opcode/],
    ['protocol 6', 'of a Python to come', () => '\x80\x06N.', /asks for protocol 6; 0 to 5 are known/],
    [
      'protocol in the middle',
      'hides where the pickle begins',
      () => '\x80\x04N0\x80\x02N.',
      /PROTO stands in the middle/,
    ],
    ['STOP at once', 'an empty stack', () => '.', /finds nothing on the stack/],
    [
      'values left on the stack',
      'hides what was made beside the result',
      () => 'NN.',
      /leaves values on the stack/,
    ],
    [
      'a mark left on the stack',
      'hides what was made beside the result',
      () => 'N(.',
      /nothing on the stack|leaves values/,
    ],
    ['POP of nothing', 'reads below the stack', () => '0.', /finds nothing on the stack/],
    ['TUPLE without a mark', 'reads below the stack', () => 't.', /finds no mark/],
    ['TUPLE3 across a mark', 'reads below the mark', () => 'NN(N\x87.', /finds nothing on the stack/],
    ['APPEND to a dict', 'confuses two types', () => '}K\x01a.', /no list to fill/],
    ['SETITEM on a list', 'confuses two types', () => ']K\x01K\x02s.', /no dict to fill/],
    ['SETITEMS with a key too many', 'reads past the end', () => '}(K\x01u.', /a key without a value/],
    [
      'a key twice',
      'two readers see two models',
      () => pickle(`}(${text('a')}K\x01${text('a')}K\x02u`),
      /the key "a" twice/,
    ],
    [
      'a number twice as a key',
      'two readers see two models',
      () => pickle('}(K\x01NK\x01Nu'),
      /the key "1" twice/,
    ],
    [
      'an empty memo entry',
      'reads what was never written',
      () => 'h\x05.',
      /memo entry 5, which was never stored/,
    ],
    ['a memo key that is no number', 'confuses the memo', () => 'Np-1\n.', /"-1" is not a memo key/],
    [
      'a frame that is longer than the file',
      'reads past the end',
      () => `${FRAME('\xff\0\0\0\0\0\0\0')}N.`,
      /A frame of 255 bytes does not fit/,
    ],
    [
      'a frame of 2 to the 64',
      'overflows the length',
      () => `${FRAME('\xff'.repeat(8))}N.`,
      /A length of .* bytes is impossible/,
    ],
    [
      'a frame inside a frame',
      'two readers see two streams',
      () => `${FRAME('\x10\0\0\0\0\0\0\0')}\x95\x02\0\0\0\0\0\0\0N.......`,
      /A frame opens inside another/,
    ],
    [
      'an opcode across the end of a frame',
      'two readers see two streams',
      () => `${FRAME('\x02\0\0\0\0\0\0\0')}X\x01\0\0\0a.`,
      /cross the end of a frame/,
    ],
    [
      'STOP before the end of its frame',
      'hides what follows',
      () => `${FRAME('\x05\0\0\0\0\0\0\0')}N....`,
      /before the end of its frame/,
    ],
    [
      'a text of negative length',
      'overflows the length',
      () => 'T\xff\xff\xff\xffabc.',
      /has a negative length/,
    ],
    [
      'a negative number of bytes in an integer',
      'overflows the length',
      () => '\x8b\xff\xff\xff\xff.',
      /has a negative length/,
    ],
    [
      'a text of 2 to the 53 bytes',
      'overflows the length',
      () => `\x8d${'\0\0\0\0\0\0\x20\0'}abc.`,
      /ends too early|impossible|stringBytesMax/,
    ],
    ['text that is not UTF-8', 'damage', () => pickle('\x8c\x02\xc3\x28'), /not valid UTF-8/],
    ['a broken escape', 'damage', () => 'V\\u12G4\np0\n.', /broken \\u escape/],
    ['a STRING without quotes', 'damage', () => 'Sabc\n.', /not in quotes/],
    ['an integer that is none', 'damage', () => 'I1x\n.', /"1x" is not an integer/],
    ['a float that is none', 'damage', () => 'F1.2.3\n.', /"1.2.3" is not a float/],
    [
      'a persistent id',
      'asks the program for an object',
      () => "\x80\x02(S'storage'\ntQ.",
      /BINPERSID needs persistent objects/,
    ],
    [
      'a persistent id as text',
      'asks the program for an object',
      () => 'Pid\n.',
      /PERSID needs persistent objects/,
    ],
    [
      'EXT1',
      'names by number, out of a registry',
      () => '\x80\x02\x82\x01)R.',
      /EXT1 needs an extension registry/,
    ],
    [
      'EXT2',
      'names by number, out of a registry',
      () => '\x80\x02\x83\x01\0)R.',
      /EXT2 needs an extension registry/,
    ],
    [
      'EXT4',
      'names by number, out of a registry',
      () => '\x80\x02\x84\x01\0\0\0)R.',
      /EXT4 needs an extension registry/,
    ],
    ['NEXT_BUFFER', 'memory of the program', () => '\x80\x05\x97.', /NEXT_BUFFER needs buffers kept outside/],
    [
      'READONLY_BUFFER',
      'memory of the program',
      () => '\x80\x05\x98.',
      /READONLY_BUFFER needs buffers kept outside/,
    ],
    ['a list that contains itself', 'recursion without end', () => ']q\0h\0a.', /contains itself/],
    ['a tuple that contains itself', 'recursion without end', () => ']q\0h\0\x85a.', /contains itself/],
    ['a dict that contains itself as a key', 'recursion without end', () => '}q\0(h\0Nu.', /contains itself/],
    [
      'an estimator that contains itself',
      'recursion without end',
      () =>
        pickle(
          `${global('sklearn.pipeline', 'Pipeline')})\x81q\0${dict({ steps: list(tuple(text('a'), 'h\0')) })}b`,
        ),
      /contains itself/,
    ],
    [
      'arguments that are no tuple',
      'confuses two types',
      () => `${global('numpy', 'dtype')}]R.`,
      /has arguments that are no tuple/,
    ],
    [
      'a name that is no text',
      'confuses two types',
      () => 'K\x01K\x02\x93.',
      /names something with a value that is no text/,
    ],
    [
      'keyword arguments for a listed class',
      'arguments that nobody checks',
      () => pickle(`${global('numpy', 'dtype')})${dict({ x: NONE })}\x92`),
      /has keyword arguments/,
    ],
    [
      'bytes in an unknown encoding',
      'runs a codec',
      () => pickle(call(global('_codecs', 'encode'), text('x'), text('zip'))),
      /spells bytes in an unknown way/,
    ],
    [
      'a set of a number',
      'confuses two types',
      () => pickle(call(global('builtins', 'set'), int(5))),
      /a set of something that is no list/,
    ],
    [
      'a dtype in place of a class',
      'confuses two types',
      () =>
        pickle(call(global('copyreg', '_reconstructor'), dtype('f8'), global('builtins', 'object'), NONE)),
      /no class/,
    ],
  ]),
  ...attacksOf('PICKLE_TRAILING_DATA', [
    [
      'a second pickle after STOP',
      'only the first is scanned, or only the last is used',
      () => `${pickle(NONE)}${pickle(call(global('os', 'system'), text('id')))}`,
      /\d+ bytes follow the end of the pickle/,
    ],
    ['a byte after STOP', 'damage', () => `${pickle(NONE)}\0`, /1 bytes follow the end of the pickle/],
    [
      'a payload after a frame',
      'a scanner that follows frames does not see it',
      () => `${FRAME('\x02\0\0\0\0\0\0\0')}N.cos\nsystem\n)R.`,
      /follow the end of the pickle/,
    ],
  ]),
  ...attacksOf('PICKLE_FORBIDDEN_GLOBAL', [
    [
      'surrogates in a name',
      'a name that no text can be',
      () => pickle('\x8c\x03\xed\xa0\x80\x8c\x01x\x93'),
      /asks for "\?" x/,
    ],
  ]),
  ...attacksOf('ESTIMATOR_UNSUPPORTED', [
    [
      'surrogates in a text',
      'text that cannot be encoded',
      () => pickle('\x8c\x03\xed\xa0\x80'),
      /where an estimator should be/,
    ],
    [
      'a list as a key',
      'Python itself cannot hash it',
      () => pickle('}(]K\x01u'),
      /a collection that holds no estimator/,
    ],
    [
      'an object of a class of one’s own',
      'its code would be needed',
      () => pickle(object(global('mypackage', 'Model'), {})),
      /not supported: mypackage\.Model/,
    ],
    [
      'a function',
      'its code would be needed',
      () => pickle(global('mypackage', 'predict')),
      /the name mypackage\.predict where an estimator should be/,
    ],
  ]),
];
