/** Which format a file is in, by its bytes; a file of another kind is refused by its own name. */
import { GeometryError } from '../errors.ts';
import { isBinaryStl } from './stl.ts';

export type MeshFormat = 'stl' | 'obj';

export interface RecognisedFormat {
  readonly format: MeshFormat;
  readonly encoding: 'binary' | 'text';
}

/** Text formats show themselves within this much: comments and headers in front are far shorter. */
const SEARCHED_BYTES = 256 * 1024;

/** How files that are no mesh, or a mesh of a format not read yet, begin. */
const OTHERS: readonly (readonly [string, string])[] = [
  [
    'version https://git-lfs.github.com/spec/',
    'a git LFS pointer, not the file itself: run `git lfs pull` and send the file it brings',
  ],
  ['ISO-10303-21', 'a STEP file: export the part as STL or OBJ'],
  [
    'PK\x03\x04',
    'a ZIP archive (3MF, FCStd and others are): export the part as STL or OBJ, or unpack it first',
  ],
  ['glTF', 'a binary glTF file: export the part as STL or OBJ'],
  ['ply', 'a PLY file: export the part as STL or OBJ'],
  ['OFF', 'an OFF file: export the part as STL or OBJ'],
  ['#VRML', 'a VRML file: export the part as STL or OBJ'],
  ['DBRep_DrawableShape', 'a BREP file: export the part as STL or OBJ'],
  ['CASCADE Topology', 'a BREP file: export the part as STL or OBJ'],
  ['Kaydara FBX', 'an FBX file: export the part as STL or OBJ'],
  [
    '\xd0\xcf\x11\xe0',
    'a file of a CAD program (SolidWorks, Inventor and others): export the part as STL or OBJ',
  ],
  ['\x1f\x8b', 'compressed with gzip: unpack it first'],
  ['7z\xbc\xaf', 'a 7-Zip archive: unpack it first'],
  ['%PDF', 'a PDF document: export the part as STL or OBJ'],
  ['\x89PNG', 'a picture: export the part as STL or OBJ'],
  ['\xff\xd8\xff', 'a picture: export the part as STL or OBJ'],
  ['\x7fELF', 'a compiled program, not a mesh'],
  ['MZ', 'a compiled program, not a mesh'],
  ['\xff\xfe', 'text in UTF-16: save it as UTF-8 or ASCII'],
  ['\xfe\xff', 'text in UTF-16: save it as UTF-8 or ASCII'],
  ['<!DOCTYPE', 'a web page, perhaps the error page of a download: download the file again'],
  ['<html', 'a web page, perhaps the error page of a download: download the file again'],
  ['<?xml', 'an XML file: export the part as STL or OBJ'],
];

/** The machine numbers with which compiled Windows object files (COFF) begin, little endian. */
const COFF_MACHINES: ReadonlySet<number> = new Set([0x014c, 0x8664, 0x01c4, 0xaa64]);

/**
 * Decides by content: a binary STL by its length (many begin with the word `solid`), text by its first
 * words. The name only helps to say what is wrong.
 */
export function recogniseFormat(bytes: Uint8Array, filename?: string): RecognisedFormat {
  if (bytes.length === 0)
    throw new GeometryError('MESH_EMPTY', 'the file is empty (0 bytes): export it again');
  if (isBinaryStl(bytes)) return { format: 'stl', encoding: 'binary' };
  refuseOthers(bytes);
  const extension = /\.([a-z0-9]+)$/i.exec(filename ?? '')?.[1]?.toLowerCase();
  if (bytes.subarray(0, SEARCHED_BYTES).includes(0)) {
    refuseCompiledObject(bytes, extension);
    return { format: 'stl', encoding: 'binary' }; // whose reader says what does not match
  }
  const text = String.fromCharCode(...bytes.subarray(0, 3)) === '\xef\xbb\xbf' ? bytes.subarray(3) : bytes;
  const head = new TextDecoder('latin1').decode(text.subarray(0, SEARCHED_BYTES));
  if (/^\s*solid(\s|$)/i.test(head)) return { format: 'stl', encoding: 'text' };
  if (/^[ \t]*(v[ \t]+[-+.\d]|f[ \t]+[-\d])/m.test(head)) return { format: 'obj', encoding: 'text' };
  throw unknownText(extension);
}

function refuseOthers(bytes: Uint8Array): void {
  for (const [beginning, what] of OTHERS) {
    let matches = bytes.length >= beginning.length;
    for (let i = 0; matches && i < beginning.length; i++) matches = bytes[i] === beginning.charCodeAt(i);
    if (matches) throw new GeometryError('FORMAT_UNKNOWN', `the file is ${what}`, { offsetBytes: 0 });
  }
}

function refuseCompiledObject(bytes: Uint8Array, extension: string | undefined): void {
  const machine = bytes[0]! + (bytes[1] ?? 0) * 256;
  const bigObject = machine === 0 && bytes[2] === 0xff && bytes[3] === 0xff; // COFF with many sections
  if (extension !== 'obj' && !bigObject && !(COFF_MACHINES.has(machine) && extension !== 'stl')) return;
  const message =
    'the file is a compiled object file (Visual Studio names them .obj too), not a Wavefront OBJ mesh: it has zero bytes and no vertices';
  throw new GeometryError('FORMAT_UNKNOWN', message, { offsetBytes: 0 });
}

function unknownText(extension: string | undefined): GeometryError {
  if (extension === 'stl') {
    const message =
      'the file is named .stl but is no STL: binary ones are 84 bytes and 50 a triangle long, ASCII ones begin with `solid`';
    return new GeometryError('FORMAT_UNKNOWN', message, { line: 1 });
  }
  if (extension === 'obj') {
    const message =
      'the file is named .obj but has no vertices (`v`) and no faces (`f`): export the part again';
    return new GeometryError('FORMAT_UNKNOWN', message, { line: 1 });
  }
  const message = 'neither an STL nor an OBJ mesh can be recognised: export the part as STL or OBJ';
  return new GeometryError('FORMAT_UNKNOWN', message, { offsetBytes: 0 });
}
