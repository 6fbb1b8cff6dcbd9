/** Files that would run code in Python: the ways in which malicious pickles got past scanners, and plain ones. */
import { type Attack, attacksOf } from './attack.ts';
import {
  call,
  dict,
  estimator,
  float,
  floats,
  global,
  int,
  list,
  NONE,
  object,
  pickle,
  text,
  tuple,
} from './pickle-writer.ts';

const SYSTEM = global('os', 'system');
const PAYLOAD = call(SYSTEM, text('id'));
/** What a scanner that only looks at the result would see. */
const INNOCENT = estimator('preprocessing._data', 'Binarizer', {
  threshold: float(0),
  n_features_in_: int(2),
});

const asksFor = (name: string): RegExp =>
  new RegExp(`asks for ${name}, which is not on the list of names it may use`);
const calls = (name: string): RegExp => new RegExp(`calls ${name}.*Nothing of it was run`);

/** Called with a text: what each does in Python hardly matters, none may be named. */
const CALLED: readonly (readonly [string, string])[] = [
  ['os', 'system'],
  ['posix', 'system'],
  ['nt', 'system'],
  ['subprocess', 'Popen'],
  ['subprocess', 'check_output'],
  ['builtins', 'eval'],
  ['builtins', 'exec'],
  ['builtins', 'open'],
  ['builtins', '__import__'],
  ['builtins', 'map'],
  ['__builtin__', 'apply'],
  ['importlib', 'import_module'],
  ['pkgutil', 'resolve_name'],
  ['operator', 'attrgetter'],
  ['operator', 'methodcaller'],
  ['runpy', 'run_path'],
  ['pickle', 'loads'],
  ['marshal', 'loads'],
  ['types', 'FunctionType'],
  ['types', 'CodeType'],
  ['webbrowser', 'open'],
  ['socket', 'create_connection'],
  ['urllib.request', 'urlopen'],
  ['shutil', 'rmtree'],
  ['ctypes', 'CDLL'],
  ['code', 'interact'],
  ['pdb', 'run'],
  ['timeit', 'timeit'],
  ['cProfile', 'run'],
  ['bdb', 'Bdb'],
  ['asyncio.unix_events', '_UnixSubprocessTransport'],
  ['itertools', 'chain'],
  ['commands', 'getoutput'],
  ['numpy', 'load'],
  ['numpy', 'fromfile'],
  ['numpy.testing._private.utils', 'runstring'],
  ['numpy.f2py.crackfortran', 'getlincoef'],
  ['joblib', 'load'],
  ['sklearn.externals.joblib', 'load'],
  ['dill._dill', '_create_function'],
  ['cloudpickle.cloudpickle', '_make_function'],
];

/** Of packages that cannot all be known: a call is code, whatever it calls. */
const FOREIGN_CALLS: readonly (readonly [string, string])[] = [
  ['torch.storage', '_load_from_bytes'],
  ['pip._internal.cli.main', 'main'],
  ['pandas', 'read_pickle'],
  ['scipy.io', 'loadmat'],
  ['sklearn.datasets', 'fetch_openml'],
  ['__main__', 'build_model'],
  ['mypackage.loading', 'from_bytes'],
];

export const NAMES_THAT_RUN: readonly Attack[] = attacksOf('PICKLE_FORBIDDEN_GLOBAL', [
  ...CALLED.map(
    ([module, name]) =>
      [
        `call of ${module}.${name}`,
        'runs code, or reads or writes files, where Python loads the pickle',
        () => pickle(call(global(module, name), text('id'))),
        asksFor(`${module} ${name}`),
      ] as const,
  ),
  ...FOREIGN_CALLS.map(
    ([module, name]) =>
      [
        `call of ${module}.${name}`,
        'runs a function of another package with arguments of the file',
        () => pickle(call(global(module, name), text('id'))),
        calls(`${module} ${name}`),
      ] as const,
  ),
  ['INST', 'calls without REDUCE', () => "(S'id'\nios\nsystem\n.", asksFor('os system')],
  ['OBJ', 'calls without REDUCE', () => `(${SYSTEM}S'id'\no.`, asksFor('os system')],
  [
    'NEWOBJ',
    'makes a process in place of an object',
    () => pickle(`${global('subprocess', 'Popen')}${tuple(text('id'))}\x81`),
    asksFor('subprocess Popen'),
  ],
  [
    'INST of a foreign class',
    'calls without REDUCE',
    () => "(S'id'\nimypackage\nrun\n.",
    calls('mypackage run'),
  ],
  [
    'OBJ of a foreign class',
    'calls without REDUCE',
    () => `(${global('mypackage', 'run')}S'id'\no.`,
    calls('mypackage run'),
  ],
  [
    'STACK_GLOBAL',
    'names built on the stack',
    () => pickle(`${text('os')}${text('system')}\x93${tuple(text('id'))}R`),
    asksFor('os system'),
  ],
  [
    'dotted STACK_GLOBAL',
    'reaches from a listed name into another',
    () => pickle(`${text('numpy')}${text('core.os.system')}\x93`),
    asksFor('numpy core\\.os\\.system'),
  ],
  [
    'dotted name of a listed class',
    'reaches the classes of the interpreter',
    () => pickle(`${text('builtins')}${text('object.__subclasses__')}\x93)R`),
    asksFor('builtins object.__subclasses__'),
  ],
  [
    'dict.get of numpy.__builtins__',
    'takes eval out of a dict',
    () => pickle(call(global('builtins', 'dict.get'), global('numpy', '__builtins__'), text('eval'))),
    asksFor('builtins dict.get'),
  ],
  [
    'numpy.__builtins__',
    'the dict of all builtins',
    () => pickle(global('numpy', '__builtins__')),
    asksFor('numpy __builtins__'),
  ],
  [
    '__builtins__ of a foreign module',
    'the dict of all builtins',
    () => pickle(global('mypackage', '__builtins__')),
    asksFor('mypackage __builtins__'),
  ],
  [
    'getattr of a module',
    'reaches os.system through a name of another module',
    () => pickle(call(global('builtins', 'getattr'), global('mypackage', 'os'), text('system'))),
    calls('builtins getattr'),
  ],
  [
    'getattr of a private method',
    'reaches the classes of the interpreter',
    () => pickle(call(global('builtins', 'getattr'), global('builtins', 'object'), text('__subclasses__'))),
    calls('builtins getattr'),
  ],
  [
    'type with three arguments',
    'makes a class with methods of its own',
    () => pickle(call(global('builtins', 'type'), text('X'), tuple(), dict({}))),
    calls('builtins type'),
  ],
  [
    'partial of os.system',
    'hides the call in a value',
    () => pickle(call(global('functools', 'partial'), SYSTEM, text('id'))),
    asksFor('os system'),
  ],
  [
    'a lazy map that list goes through',
    'calls once for each item',
    () =>
      pickle(
        call(
          global('builtins', 'list'),
          `${global('six.moves', 'map')}${tuple(global('mypackage', 'run'), list(text('id')))}\x81`,
        ),
      ),
    calls('builtins list'),
  ],
  [
    'copyreg.add_extension',
    'gives a name a number that no scanner knows',
    () => pickle(call(global('copyreg', 'add_extension'), text('os'), text('system'), int(1))),
    asksFor('copyreg add_extension'),
  ],
  [
    'PUT and MEMOIZE count differently',
    'a scanner sees builtins where Python sees os',
    () => pickle(`${text('builtins')}q\x010${text('os')}\x940h\x01${text('system')}\x93`),
    asksFor('os system'),
  ],
  [
    'a payload before a broken end',
    'ran before anybody saw that the file is broken',
    () => `${PAYLOAD}\xff\xff`,
    asksFor('os system'),
  ],
  [
    'a payload that is thrown away',
    'the result looks innocent',
    () => pickle(`${PAYLOAD}0${INNOCENT}`),
    asksFor('os system'),
  ],
  [
    'a payload in the state of an estimator',
    'the tree looks innocent from above',
    () => pickle(estimator('preprocessing._data', 'Binarizer', { threshold: PAYLOAD })),
    asksFor('os system'),
  ],
  [
    'a payload behind a frame that ends early',
    'a scanner that follows frames does not see it',
    () => `\x80\x04\x95${'\x01\0\0\0\0\0\0\0'}N0${PAYLOAD}.`,
    asksFor('os system'),
  ],
  [
    'a name with a space',
    'two names that join to a listed one',
    () => pickle(global('numpy ndarray', '')),
    asksFor('"numpy ndarray" ""'),
  ],
  [
    'a name in other letters',
    'looks like a listed one',
    () => pickle(`${text('numpy')}\x8c\x08ndarr\xd0\xb0y\x93)R`),
    calls('numpy|asks|ndarr'),
  ],
  [
    'a name with control characters',
    'writes to the terminal of whoever reads the message',
    () => pickle(global('os\x1b[2J', 'system')),
    asksFor('"os\\?\\[2J" system'),
  ],
  [
    'dill evaluates a text',
    'runs it',
    () => pickle(call(global('dill._dill', '_eval_repr'), text('__import__("os").system("id")'))),
    calls('dill._dill _eval_repr'),
  ],
  [
    'dill loads a type by name',
    'eval by another name',
    () => pickle(call(global('dill._dill', '_load_type'), text('eval'))),
    asksFor('builtins eval'),
  ],
  [
    'a name in the pickle that joblib nests',
    'only the outer pickle is scanned',
    () => `${objectArrayNote()}\x80\x04${PAYLOAD}..`,
    asksFor('os system'),
  ],
]);

/** Attacks in which Python would call something that the file never names as being called. */
export const CALLS_IN_DISGUISE: readonly Attack[] = attacksOf('PICKLE_MALFORMED', [
  [
    'a second state',
    'the first puts its own __setstate__ into the object',
    () =>
      pickle(
        `${object(global('mypackage', 'Thing'), { __setstate__: global('mypackage', 'run') })}${text('id')}b`,
      ),
    /BUILD gives an object its state a second time \(byte \d+\)/,
  ],
  [
    'items after the state',
    'the state puts its own append into the object',
    () =>
      pickle(`${object(global('mypackage', 'Thing'), { append: global('mypackage', 'run') })}${text('id')}a`),
    /APPEND fills an object after its state/,
  ],
  [
    'BUILD on a function',
    'changes the code of a function',
    () => pickle(`${global('mypackage', 'run')}${dict({ __code__: NONE })}b`),
    /BUILD gives state to a global/,
  ],
  [
    'BUILD on a class',
    'changes a class for everybody',
    () => pickle(`${global('builtins', 'object')}${dict({ x: NONE })}b`),
    /BUILD gives state to a global/,
  ],
  [
    'BUILD on a text',
    'state for what has none',
    () => pickle(`${text('x')}${dict({})}b`),
    /BUILD gives state to a plain value/,
  ],
  [
    'calling a partial',
    'the call is in what partial made',
    () => pickle(`${call(global('functools', 'partial'), global('mypackage', 'run'))})R`),
    /would call something that is no name from a module/,
  ],
  [
    'calling a method',
    'the call is in what getattr made',
    () =>
      pickle(
        `${call(global('builtins', 'getattr'), object(global('mypackage', 'Thing'), {}), text('run'))})R`,
      ),
    /would call something that is no name from a module/,
  ],
  [
    'calling what a class made',
    'an object with __call__',
    () => pickle(`${global('mypackage', 'Thing')})\x81)R`),
    /would call something that is no name from a module/,
  ],
  [
    'NEWOBJ of a partial',
    'a class that is none',
    () => pickle(`${call(global('functools', 'partial'), global('mypackage', 'run'))})\x81`),
    /would call something that is no name from a module/,
  ],
]);

function objectArrayNote(): string {
  const note = {
    subclass: global('numpy', 'ndarray'),
    shape: tuple(int(1)),
    order: text('C'),
    dtype: call(global('numpy', 'dtype'), text('O8'), '\x89', '\x88'),
  };
  return `\x80\x04${object(global('joblib.numpy_pickle', 'NumpyArrayWrapper'), note)}`;
}

/** Kept here, because its state is what `floats` writes. */
export const POLLUTION: readonly Attack[] = attacksOf(
  null,
  ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '__defineGetter__', 'prototype'].map((name) => [
    `an attribute called ${name}`,
    'reaches the prototype of every object of JavaScript',
    () =>
      pickle(
        estimator('preprocessing._data', 'MinMaxScaler', {
          [name]: dict({ polluted: int(1), [name]: dict({ polluted: int(1) }) }),
          scale_: floats([1, 1]),
          min_: floats([0, 0]),
          data_min_: floats([0, 0]),
          data_max_: floats([1, 1]),
          clip: '\x89',
          feature_range: tuple(int(0), int(1)),
          n_features_in_: int(2),
        }),
      ),
    /^$/,
  ]),
);
