/** What must hold for any bytes at all given to the mesh reader: a sound mesh that all verbs take, or a typed error, soon. */
import { describeMesh } from '../../packages/geometry/src/descriptors/describe-mesh.ts';
import { GEOMETRY_ERROR_CODES, GeometryError } from '../../packages/geometry/src/errors.ts';
import { encodeGlb } from '../../packages/geometry/src/formats/encode-glb.ts';
import { readMesh } from '../../packages/geometry/src/formats/read-mesh.ts';
import { measureMesh } from '../../packages/geometry/src/measures/measure-mesh.ts';
import type { Mesh } from '../../packages/geometry/src/mesh/mesh.ts';
import {
  ball,
  bracket,
  twistedBar,
  writeAsciiStl,
  writeBinaryStl,
  writeObj,
} from '../../packages/geometry/src/testing/shapes.ts';
import { renderThumbnail } from '../../packages/geometry/src/thumbnails/render-thumbnail.ts';
import { createRandom, mutateBytes, type Random } from './mutate-bytes.ts';

/** A mutant of a file of 100 kB at most; a whole second is a hang. */
const MUTANT_MS_MAX = 1_000;

export interface Outcome {
  readonly mutants: number;
  readonly accepted: number;
  readonly codes: ReadonlyMap<string, number>;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Sound files of every kind, to be damaged. */
const FILES: Readonly<Record<string, Uint8Array>> = {
  'bracket.bin.stl': writeBinaryStl(bracket(2)),
  'solid.bin.stl': writeBinaryStl(twistedBar(), 'solid twisted bar'),
  'ball.bin.stl': writeBinaryStl(ball(10, 2)),
  'bracket.ascii.stl': writeAsciiStl(bracket(2)),
  'ball.ascii.stl': writeAsciiStl(ball(10, 1)),
  'bracket.obj': writeObj(bracket(2)),
  'ball.obj': writeObj(ball(10, 2)),
  'polygons.obj': text(
    'o part\nv 40 0 0 1 0 0\nv 40 5 0\nv 5 5 0\nv 5 30 0\nv 0 30 0\nv 0 0 0\nvt 0 0\nvn 0 0 1\n' +
      'f 1/1/1 2/1/1 3/1/1 4//1 5/1 6\nf -1 -2 -3 -4 \\\n-5 -6\nl 1 2\np 1\ng x y\nf 1 2 3\n',
  ),
};

/** Words that parsers stumble over, put in place of others in text files. */
const WORDS: readonly string[] = [
  'nan',
  '-inf',
  '1e999',
  '-1e38',
  '1e-400',
  '0x10',
  '1,5',
  '--1',
  '.',
  '-0',
  '99999999999999999999',
  '0',
  '-1',
  '1/2/3/4',
  '//',
  '\\',
  '\\\n',
  '#',
  'solid',
  'endsolid',
  'facet',
  'vertex',
  'endloop',
  'v',
  'f',
  'f 1 2 3 4 5 6 1 2 3',
  'curv',
  '\u0000',
  '\ufeff',
];

/** Tries `perFile` mutants of every file; throws at the first that misbehaves. */
export function tryMeshMutants(perFile: number, seed: number): Outcome {
  const codes = new Map<string, number>();
  const files = Object.entries(FILES);
  let accepted = 0;
  for (const [index, [name, bytes]] of files.entries()) {
    for (let round = 0; round < perFile; round++) {
      const random = createRandom(seed * 1_000_003 + index * 10_007 + round);
      const donor = files[Math.floor(random() * files.length)]![1];
      const mutant = random() < 0.3 ? mutateWords(bytes, random) : mutateBytes(bytes, random, donor);
      const code = tryOne(mutant, name, `mutant ${round} of ${name}, seed ${seed}`);
      if (code === null) accepted++;
      else codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  return { mutants: files.length * perFile, accepted, codes };
}

/** Other words, lost words and words twice; of a binary file whole records, lost and twice. */
function mutateWords(bytes: Uint8Array, random: Random): Uint8Array {
  const latin1 = new TextDecoder('latin1').decode(bytes);
  const pieces = bytes.includes(0)
    ? [latin1.slice(0, 84), ...(latin1.slice(84).match(/.{1,50}/gs) ?? [])]
    : latin1.split(/(?<=\s)/);
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const at = Math.floor(random() * pieces.length);
    const kind = random();
    if (kind < 0.5)
      pieces[at] = `${WORDS[Math.floor(random() * WORDS.length)]!}${random() < 0.8 ? ' ' : '\n'}`;
    else if (kind < 0.75) pieces.splice(at, 1 + Math.floor(random() * 9));
    else pieces.splice(at, 0, ...pieces.slice(at, at + 1 + Math.floor(random() * 40)));
  }
  return Uint8Array.from(pieces.join(''), (letter) => letter.charCodeAt(0));
}

/** The code of the error, or `null` where the mutant was read. */
function tryOne(mutant: Uint8Array, filename: string, label: string): string | null {
  const start = performance.now();
  let code: string | null = null;
  try {
    checkSound(readMesh(mutant, { filename }).mesh);
  } catch (error) {
    if (!(error instanceof GeometryError)) throw new Error(`${label} threw no typed error`, { cause: error });
    if (!GEOMETRY_ERROR_CODES.includes(error.code)) throw new Error(`${label}: unknown code ${error.code}`);
    if (error.message.length > 400)
      throw new Error(`${label}: a message of ${error.message.length} characters`);
    code = error.code;
  }
  const elapsedMs = performance.now() - start;
  if (elapsedMs > MUTANT_MS_MAX) throw new Error(`${label} took ${elapsedMs} ms`);
  return code;
}

/** Whatever was read must go through everything that a site does with a part. */
function checkSound(mesh: Mesh): void {
  const vertices = mesh.positions.length / 3;
  if (!mesh.triangles.every((vertex) => vertex < vertices))
    throw new Error('a triangle names a vertex that is not there');
  if (!mesh.positions.every(Number.isFinite)) throw new Error('a position is not finite');
  const { sizeMm, areaMm2, volumeMm3 } = measureMesh(mesh);
  if (![...sizeMm, areaMm2, volumeMm3 ?? 0].every((value) => Number.isFinite(value) && value >= 0)) {
    throw new Error('a measure is not finite');
  }
  if (!describeMesh(mesh).every(Number.isFinite)) throw new Error('a value of the descriptor is not finite');
  renderThumbnail(mesh, { sizePx: 32 });
  encodeGlb(mesh, { trianglesMax: 60 });
}
