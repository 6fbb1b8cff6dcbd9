/** The tricks that got malicious pickles past scanners; here each ends in a typed error, with nothing run. */
import { describe, expect, test } from 'vitest';
import { BASE_ALLOWED } from './allowlist.ts';
import { type PickleDocument, readPickle } from './read-pickle.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
/** `SHORT_BINUNICODE`. */
const text = (value: string): string => `\x8c${String.fromCharCode(value.length)}${value}`;
const read = (pickle: string): Promise<unknown> => readPickle(bytes(pickle));
const forbidden = (name: string): object => ({
  code: 'PICKLE_FORBIDDEN_GLOBAL',
  message: expect.stringContaining(name),
  offsetBytes: expect.any(Number),
});

describe('names that run things', () => {
  test.each([
    'os system',
    'posix system',
    'nt system',
    'subprocess Popen',
    'builtins eval',
    'builtins exec',
    'builtins compile',
    'builtins __import__',
    'builtins open',
    '__builtin__ eval',
    '__builtin__ apply',
    'importlib import_module',
    'pkgutil resolve_name',
    'operator attrgetter',
    'operator methodcaller',
    'functools reduce',
    'runpy run_path',
    'pickle loads',
    '_pickle loads',
    'types FunctionType',
    'marshal loads',
    'numpy __builtins__',
    'numpy load',
    'numpy.testing._private.utils runstring',
    'numpy.core.multiarray __builtins__',
    'numpy._core.multiarray fromfile',
    'numpy.f2py.crackfortran getlincoef',
    'joblib load',
    'sklearn.externals.joblib load',
    'dill._dill _create_function',
    'cloudpickle.cloudpickle _make_function',
    'itertools chain',
    'builtins map',
    'commands getoutput',
    'mypackage __builtins__',
    'mypackage __import__',
    'joblib.numpy_pickle NumpyUnpickler',
    '_codecs decode',
    'copyreg add_extension',
  ])('%s', async (name) => {
    const [module, attribute] = name.split(' ') as [string, string];
    await expect(read(`c${module}\n${attribute}\n.`)).rejects.toMatchObject(forbidden(name));
    await expect(read(`${text(module)}${text(attribute)}\x93.`)).rejects.toMatchObject(forbidden(name));
    await expect(read(`(i${module}\n${attribute}\n.`)).rejects.toMatchObject(forbidden(name));
  });

  test('INST', async () => {
    await expect(read("(S'id'\nios\nsystem\n.")).rejects.toMatchObject({
      ...forbidden('os system'),
      offsetBytes: 7,
    });
  });

  test('a dotted name reaches into a listed one', async () => {
    const pickle = `${text('builtins')}${text('object.__subclasses__')}\x93.`;
    await expect(read(pickle)).rejects.toMatchObject(forbidden('object.__subclasses__'));
    await expect(read('cnumpy\nndarray.__class__\n.')).rejects.toMatchObject(forbidden('ndarray.__class__'));
    await expect(read('cbuiltins\ndict.get\n.')).rejects.toMatchObject(forbidden('dict.get'));
  });

  test('a name split at another place', async () => {
    await expect(read('cnumpy ndarray\n\n.')).rejects.toMatchObject(forbidden('numpy ndarray'));
    await expect(read('c\nnumpy ndarray\n.')).rejects.toMatchObject(forbidden('numpy ndarray'));
    await expect(read('cnumpy\n ndarray\n.')).rejects.toMatchObject(forbidden(' ndarray'));
    await expect(read('cnumpy\nndarray\r\n.')).rejects.toMatchObject(forbidden('ndarray'));
    await expect(read('cnumpy\nndarr\xc3\xa1y\n.')).rejects.toMatchObject(forbidden('ndarr'));
  });

  test('a name does not write control characters into the message', async () => {
    const name = `\x1b[2J${'x'.repeat(200)}\n`;
    const error = await readPickle(bytes(`c${name}system\n.`)).catch((reason) => reason);
    expect(error.message).not.toContain('\x1b');
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('names that are not listed', () => {
  test.each([
    'mypackage.tools run',
    'pip._internal.cli main',
    'torch.storage _load_from_bytes',
    'pandas read_pickle',
    'sklearn.utils.validation check_array',
    'scipy.stats uniform',
    'numpy log1p',
    '__main__ Model',
  ])('%s may stand as a value, and is refused where it is called', async (name) => {
    const [module, attribute] = name.split(' ') as [string, string];
    const global = `c${module}\n${attribute}\n`;
    const inert = { kind: 'global', module, name: attribute, inert: true };
    await expect(read(`${global}.`)).resolves.toMatchObject({ root: inert });
    await expect(read(`${global})\x81}b.`)).resolves.toMatchObject({ root: { global: inert } });
    const call = {
      code: 'PICKLE_FORBIDDEN_GLOBAL',
      message: expect.stringMatching(`calls ${name}, which Python`),
    };
    await expect(read(`${global})R.`)).rejects.toMatchObject(call);
    await expect(read(`(${global}o.`)).rejects.toMatchObject(call);
    await expect(read(`(S'id'\ni${module}\n${attribute}\n.`)).rejects.toMatchObject(call);
  });

  test('are no way to call what they hold', async () => {
    const partial = `cfunctools\npartial\ncmypackage\nrun\n\x85R`;
    await expect(read(`${partial}.`)).resolves.toMatchObject({ root: { global: { name: 'partial' } } });
    await expect(read(`${partial})R.`)).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
    await expect(read(`cbuiltins\ngetattr\n(cos\nsystem\n`)).rejects.toMatchObject(forbidden('os system'));
    const reaching = (owner: string, name: string) => read(`cbuiltins\ngetattr\n${owner}${text(name)}\x86R.`);
    const into = {
      code: 'PICKLE_FORBIDDEN_GLOBAL',
      message: expect.stringMatching(/calls builtins getattr/),
    };
    await expect(reaching('cmypackage\nos\n', 'system')).rejects.toMatchObject(into);
    await expect(reaching('cbuiltins\nobject\n', '__subclasses__')).rejects.toMatchObject(into);
    await expect(reaching('cbuiltins\nstr\n', 'split')).resolves.toMatchObject({ root: { kind: 'object' } });
    await expect(read('cbuiltins\ntype\n(S"a"\n)}tR.')).rejects.toMatchObject({
      message: expect.stringMatching(/calls builtins type to make a class/),
    });
  });

  test('a lazy object that a listed class would go through', async () => {
    const lazy = `csix.moves\nmap\n(cmypackage\nrun\n]S'id'\nat\x81`;
    for (const eager of ['builtins\nlist', 'collections\nCounter', 'collections\ndeque', 'builtins\ndict']) {
      await expect(read(`c${eager}\n${lazy}\x85R.`)).rejects.toMatchObject({
        code: 'PICKLE_FORBIDDEN_GLOBAL',
        message: expect.stringMatching(/over an object of a class that is not listed/),
      });
    }
  });

  test('state that holds the method which the next opcode calls', async () => {
    const made = `cmypackage\nThing\n)\x81`;
    await expect(read(`${made}}${text('__setstate__')}cmypackage\nrun\nsbS'id'\nb.`)).rejects.toMatchObject({
      message: expect.stringMatching(/its state a second time/),
    });
    for (const fill of ["S'id'\na", "(S'id'\ne", "S'id'\nNs", "(S'id'\n\x90"]) {
      const pickle = `${made}}${text('append')}cmypackage\nrun\nsb${fill}.`;
      await expect(read(pickle)).rejects.toMatchObject({
        code: 'PICKLE_MALFORMED',
        message: expect.stringMatching(/fills an object after its state/),
      });
    }
  });
});

describe('names that are listed', () => {
  test.each([...BASE_ALLOWED])('%s leaves data, whatever is done with it', async (name) => {
    const global = `c${name.replace(' ', '\n')}\n`;
    await expect(read(`${global}.`)).resolves.toMatchObject({ root: { kind: 'global' } });
    for (const use of [')R', ')\x81', '(K\x01X\x02\0\0\0osC\x06systemtR', '(K\x01K\x02t\x81}b']) {
      const root = await read(`${global}${use}.`).then(
        (document) => (document as PickleDocument).root,
        (error) => error,
      );
      expect(typeof root).not.toBe('function');
      if (root instanceof Error)
        expect(root).toMatchObject({ name: 'SklearnError', offsetBytes: expect.any(Number) });
    }
  });

  test('are exact pairs of a module and one name', () => {
    for (const name of BASE_ALLOWED) expect(name).toMatch(/^\w+(\.\w+)* \w+$/);
  });
});

describe('confused scanners', () => {
  test('MEMOIZE overwrites what PUT stored, as in Python', async () => {
    // A scanner that numbers MEMOIZE otherwise sees `builtins`, Python sees `os`.
    const pickle = `\x80\x04${text('builtins')}q\x010${text('os')}\x940h\x01${text('system')}\x93.`;
    await expect(read(pickle)).rejects.toMatchObject(forbidden('os system'));
  });

  test('DUP, POP and marks around the parts of a name', async () => {
    const pickle = `${text('os')}(${text('builtins')}1${text('object')}0${text('system')}\x93.`;
    await expect(read(pickle)).rejects.toMatchObject(forbidden('os system'));
  });

  test('state for a class or a function', async () => {
    const pickle = `cbuiltins\nobject\n}${text('__setstate__')}ccollections\nOrderedDict\nsb.`;
    await expect(read(pickle)).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
  });

  test('a payload before a broken stream', async () => {
    await expect(read("cos\nsystem\n(S'id'\ntR\xff\xff")).rejects.toMatchObject(forbidden('os system'));
    await expect(read('cbuiltins\nobject\n)\x81\xff')).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
  });

  test('a frame that says something else than the opcodes', async () => {
    const payload = "cos\nsystem\n(S'id'\ntR.";
    await expect(read(`\x80\x04\x95\x02\0\0\0\0\0\0\0N.${payload}`)).rejects.toMatchObject({
      code: 'PICKLE_TRAILING_DATA',
    });
    await expect(read(`\x80\x04\x95\x01\0\0\0\0\0\0\0N${payload}`)).rejects.toMatchObject(
      forbidden('os system'),
    );
    await expect(read(`\x80\x04\x95\xff\0\0\0\0\0\0\0N${payload}`)).rejects.toMatchObject({
      code: 'PICKLE_MALFORMED',
    });
  });

  test('a second pickle after the first', async () => {
    await expect(read("N.cos\nsystem\n(S'id'\ntR.")).rejects.toMatchObject({ code: 'PICKLE_TRAILING_DATA' });
  });

  test('calling what a listed name made', async () => {
    await expect(read('cbuiltins\nobject\n)R)R.')).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
    await expect(read('cnumpy\ndtype\n)R)\x81.')).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
  });

  test('a name in the pickle that joblib nests for an object array', async () => {
    const dtype = `cnumpy\ndtype\n${text('O8')}\x89\x88\x87R`;
    const note = `}(${text('subclass')}cnumpy\nndarray\n${text('shape')}K\x01\x85${text('order')}${text('C')}${text('dtype')}${dtype}u`;
    const wrapper = `cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81${note}b`;
    await expect(read(`${wrapper}\x80\x04cos\nsystem\n.N.`)).rejects.toMatchObject(forbidden('os system'));
    await expect(read(`${wrapper}\x80\x04N..`)).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
    await expect(read(`${wrapper}${wrapper}..`)).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
  });

  test('what is listed for one file is not listed for the next', async () => {
    const pickle = bytes('csklearn.svm._classes\nSVC\n.');
    const allowed = new Set(['sklearn.svm._classes SVC']);
    await expect(readPickle(pickle, { allowed })).resolves.toBeDefined();
    await expect(readPickle(pickle)).resolves.toMatchObject({ root: { inert: true } });
    await expect(readPickle(pickle, { allowed })).resolves.not.toMatchObject({ root: { inert: true } });
  });
});
