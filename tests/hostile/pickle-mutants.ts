/** What must hold for any bytes at all given to the pickle reader: a sound document, or a typed error, soon. */
import { readdirSync, readFileSync } from 'node:fs';
import { SKLEARN_ERROR_CODES, SklearnError } from '../../packages/sklearn/src/errors.ts';
import { readNpy } from '../../packages/sklearn/src/numpy/npy.ts';
import { readPickle } from '../../packages/sklearn/src/pickle/read-pickle.ts';
import type { NdArray, PickleValue } from '../../packages/sklearn/src/pickle/value.ts';
import { createRandom, mutateBytes, type Random } from './mutate-bytes.ts';

const FIXTURES = new URL('../../packages/sklearn/fixtures/pickles/', import.meta.url);
const ALLOWED: ReadonlySet<string> = new Set([
  'sklearn.ensemble._forest RandomForestClassifier',
  'sklearn.tree._classes DecisionTreeClassifier',
]);
/** Of the processor, for a mutant of a file of 30 kB: a whole second is a hang. */
const MUTANT_MS_MAX = 1_000;

export interface Outcome {
  readonly mutants: number;
  readonly accepted: number;
  readonly codes: ReadonlyMap<string, number>;
}

/** Tries `perFile` mutants of every fixture whose name matches; throws at the first that misbehaves. */
export async function tryMutants(pattern: RegExp, perFile: number, seed: number): Promise<Outcome> {
  const names = readdirSync(FIXTURES).filter((name) => pattern.test(name));
  const files = names.map((name) => new Uint8Array(readFileSync(new URL(name, FIXTURES))));
  const codes = new Map<string, number>();
  let accepted = 0;
  for (const [index, bytes] of files.entries()) {
    for (let round = 0; round < perFile; round++) {
      const random = createRandom(seed * 1_000_003 + index * 10_007 + round);
      const mutant = mutateBytes(bytes, random, files[Math.floor(random() * files.length)]!);
      const label = `mutant ${round} of ${names[index]}, seed ${seed}`;
      const code = await tryOne(mutant, label);
      if (code === null) accepted++;
      else codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  return { mutants: files.length * perFile, accepted, codes };
}

/** Pieces of pickles that fit together often enough to get far: values, names, containers, calls, memo. */
const PIECES: readonly string[] = [
  'N',
  '\x88',
  'K\x00',
  'K\x03',
  'J\xff\xff\xff\xff',
  'G\x3f\xf8\0\0\0\0\0\0',
  '\x8a\x09\0\0\0\0\0\0\0\0\x01',
  'I01\n',
  'L7L\n',
  'F1.5\n',
  "S'a'\n",
  'U\x01b',
  'V\\u0041\n',
  '\x8c\x01a',
  '\x8c\x02<f',
  '\x8c\x01|',
  '\x8c\x01<',
  '\x8c\x02f8',
  '\x8c\x02O8',
  '\x8c\x02U2',
  '\x8c\x06latin1',
  '\x8c\x01C',
  '\x8c\x01F',
  'C\x00',
  'C\x08abcdefgh',
  'C\x10abcdefghijklmnop',
  'B\x04\0\0\0abcd',
  '\x96\x02\0\0\0\0\0\0\0ab',
  '(',
  '(',
  '(',
  't',
  ')',
  '\x85',
  '\x86',
  '\x87',
  ']',
  'l',
  'a',
  'e',
  '}',
  'd',
  's',
  'u',
  '\x8f',
  '\x90',
  '\x91',
  '0',
  '1',
  '2',
  '2',
  'q\0',
  'q\x01',
  'h\0',
  'h\x01',
  '\x94',
  '\x94',
  'r\x05\0\0\0',
  'j\x05\0\0\0',
  'p2\n',
  'g2\n',
  'cnumpy\nndarray\n',
  'cnumpy\ndtype\n',
  'cnumpy._core.multiarray\n_reconstruct\n',
  'cnumpy.core.multiarray\nscalar\n',
  'cnumpy._core.numeric\n_frombuffer\n',
  'cjoblib.numpy_pickle\nNumpyArrayWrapper\n',
  'c_codecs\nencode\n',
  'ccopyreg\n_reconstructor\n',
  'ccopyreg\n__newobj__\n',
  'cbuiltins\nset\n',
  'cbuiltins\nobject\n',
  'cbuiltins\ndict\n',
  'cbuiltins\nbytearray\n',
  'ccollections\nOrderedDict\n',
  '\x8c\x05numpy\x8c\x05dtype\x93',
  'cmypackage\nThing\n',
  'cmypackage\nThing\n)\x81',
  'cmypackage\nThing\n)\x81q\0',
  '}K\x01h\0sb',
  'cbuiltins\ngetattr\n',
  'R',
  'R',
  'b',
  'b',
  '\x81',
  '\x92',
  'o',
  'ibuiltins\nobject\n',
  '\x95\x04\0\0\0\0\0\0\0',
  // A dtype, the state of one, an empty array, its state, a wrapper and its note.
  'cnumpy\ndtype\n\x8c\x02f8\x89\x88\x87R',
  '(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0t',
  'cnumpy\ndtype\n\x8c\x02O8\x89\x88\x87R(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ftb',
  'cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85C\x01b\x87R',
  '(K\x01K\x01\x85cnumpy\ndtype\n\x8c\x02f8\x89\x88\x87R\x89C\x08abcdefghtb',
  '(K\x01K\x02\x85h\0\x89h\x01tb',
  'cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(\x8c\x08subclasscnumpy\nndarray\n\x8c\x05shapeK\x01\x85\x8c\x05order\x8c\x01C\x8c\x05dtypecnumpy\ndtype\n\x8c\x02f8\x89\x88\x87Rub',
];

/** A pickle of random pieces, mostly without sense. */
function randomProgram(random: Random): Uint8Array {
  const start = random() < 0.5 ? '\x80\x04' : '';
  let program = '';
  for (let count = 1 + Math.floor(random() * 24); count > 0; count--) {
    program += PIECES[Math.floor(random() * PIECES.length)]!;
  }
  // Gathers what is left on the stack, so that many programs end well.
  return Uint8Array.from(`${start}${random() < 0.8 ? `(${program}t` : program}.`, (character) =>
    character.charCodeAt(0),
  );
}

/** Tries programs of random opcodes. */
export async function tryPrograms(count: number, seed: number): Promise<Outcome> {
  const codes = new Map<string, number>();
  let accepted = 0;
  for (let round = 0; round < count; round++) {
    const program = randomProgram(createRandom(seed * 1_000_003 + round));
    const code = await tryOne(program, `program ${round}, seed ${seed}`);
    if (code === null) accepted++;
    else codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return { mutants: count, accepted, codes };
}

/** The code of the error, or `null` where the mutant was read. */
async function tryOne(mutant: Uint8Array, label: string): Promise<string | null> {
  const start = process.cpuUsage();
  let code: string | null = null;
  try {
    const isNpy = mutant[0] === 0x93 && mutant[1] === 0x4e;
    checkSound(isNpy ? readNpy(mutant) : (await readPickle(mutant, { allowed: ALLOWED })).root);
  } catch (error) {
    if (!(error instanceof SklearnError)) throw new Error(`${label} threw no typed error`, { cause: error });
    if (!SKLEARN_ERROR_CODES.includes(error.code)) throw new Error(`${label}: unknown code ${error.code}`);
    if (error.message.length > 500)
      throw new Error(`${label}: a message of ${error.message.length} characters`);
    code = error.code;
  }
  const { user, system } = process.cpuUsage(start);
  const elapsedMs = (user + system) / 1_000;
  if (elapsedMs > MUTANT_MS_MAX) throw new Error(`${label} took ${elapsedMs} ms`);
  return code;
}

/** Walks everything without guards, as the estimators do, and checks every array against its shape. */
function checkSound(value: PickleValue): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  switch (value.kind) {
    case 'global':
      return;
    case 'ndarray':
      checkArray(value);
      return;
    case 'object':
      value.args.forEach(checkSound);
      if (value.state !== undefined) checkSound(value.state);
      value.items.forEach(checkSound);
      for (const entry of value.entries) entry.forEach(checkSound);
      return;
    case 'dict':
      for (const entry of value.entries) entry.forEach(checkSound);
      return;
    default:
      value.items.forEach(checkSound);
  }
}

function checkArray({ dtype, shape, data }: NdArray): void {
  const count = shape.reduce((product, length) => product * length, 1);
  if ('kind' in data) {
    for (const field of data.fields.values()) {
      if (shape.some((length, axis) => field.shape[axis] !== length))
        throw new Error('a column has another shape');
      checkArray(field);
    }
    return;
  }
  if (data.length !== count) throw new Error(`an array of ${count} elements has ${data.length}`);
  if (dtype === 'O') (data as readonly PickleValue[]).forEach(checkSound);
}
