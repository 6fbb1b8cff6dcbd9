import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GeometryError } from '../errors.ts';
import { measureMesh } from '../measures/measure-mesh.ts';
import {
  ball,
  box,
  insideOut,
  moved,
  together,
  writeAsciiStl,
  writeBinaryStl,
  writeObj,
} from '../testing/shapes.ts';
import { type ReadMeshOptions, readMesh } from './read-mesh.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const codes = (bytes: Uint8Array, options?: ReadMeshOptions): string[] =>
  readMesh(bytes, options).warnings.map((warning) => warning.code);

function failure(bytes: Uint8Array, options?: ReadMeshOptions): GeometryError {
  try {
    readMesh(bytes, options);
  } catch (error) {
    if (error instanceof GeometryError) return error;
    throw error;
  }
  throw new Error('was read');
}

/** 35 files that nobody here wrote, several broken on purpose. */
const STL_MODELS = dirname(fileURLToPath(import.meta.resolve('stl-models/package.json')));

describe('files of stl-models', () => {
  const refused: Readonly<Record<string, readonly [string, string]>> = {
    'broken/empty.stl': ['MESH_EMPTY', 'the file is empty'],
    'broken/fourVertices.ascii.stl': ['FILE_MALFORMED', 'line 7: a fourth corner'],
    'broken/incorrectFaceCounter.bin.stl': [
      'FILE_MALFORMED',
      'promises 66 triangles (3384 bytes), but the file has 284',
    ],
    'broken/missingEndsolid.ascii.stl': [
      'FILE_MALFORMED',
      'line 30: the file ends where `facet` or `endsolid` should be',
    ],
    'broken/quad.ascii.stl': ['FILE_MALFORMED', 'line 7: a fourth corner'],
    'broken/twoVertices.ascii.stl': ['FILE_MALFORMED', 'line 6: expected `vertex`, found "endloop"'],
    'misc/faceless.ascii.stl': ['MESH_EMPTY', 'no triangles'],
    'misc/multiWordName.bin.stl': ['FILE_MALFORMED', 'because a program saved as text what is not text'],
  };
  const small = 'UNITS_ASSUMED_MILLIMETRES';
  const readable: Readonly<
    Record<string, readonly [triangles: number, volumeMm3: number | null, ...warnings: string[]]>
  > = {
    'broken/missingFace.ascii.stl': [3, null, 'MESH_OPEN', small],
    'broken/missingNormal.ascii.stl': [4, 1 / 6, small],
    'broken/notANumberNormal.ascii.stl': [4, 1 / 6, small],
    'broken/singleFace.ascii.stl': [1, null, 'MESH_OPEN', small],
    'broken/solidNameMismatch.ascii.stl': [4, 1 / 6, small],
    'broken/wrongHeader.bin.stl': [12, 1e6],
    'broken/wrongNormal.ascii.stl': [4, 1 / 6, small],
    'broken/wrongNormals.ascii.stl': [4, 1 / 6, small],
    'misc/multiWordName.ascii.stl': [4, 1 / 6, small],
    'misc/namelessSolid.ascii.stl': [4, 1 / 6, small],
    'objects/bunny.ascii.stl': [69451, null, 'MESH_OPEN', small],
    'objects/bunny.bin.stl': [69451, null, 'MESH_OPEN', small],
    'objects/gearwheel.ascii.stl': [2444, 8922.6],
    'objects/gearwheel.bin.stl': [2444, 8922.6],
    'polytopes/cube.ascii.stl': [12, 8],
    'polytopes/cube.bin.stl': [12, 8],
    'polytopes/cubeLarge.ascii.stl': [12, 1e6],
    'polytopes/tetrahedron.ascii.stl': [4, 1 / 6, small],
    'polytopes/tetrahedron.bin.stl': [4, 1 / 6, small],
    'polytopes/tetrahedron.min.ascii.stl': [4, 1 / 6, small],
    'polytopes/tetrahedronIrregular.ascii.stl': [4, 1],
    'polytopes/tetrahedronIrregular.bin.stl': [4, 1],
    'polytopes/tetrahedronMinusZero.bin.stl': [4, 1 / 6, small],
    'polytopes/triangle.ascii.stl': [1, null, 'MESH_OPEN', small],
    'polytopes/triangle.bin.stl': [1, null, 'MESH_OPEN', small],
    'polytopes/unitCube.ascii.stl': [12, 1, small],
    'polytopes/unitCube.binary.stl': [12, 1, small],
  };
  const read = (name: string): Uint8Array => readFileSync(join(STL_MODELS, name));

  test('all of them are in one of the two lists', () => {
    const names = readdirSync(STL_MODELS, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.stl'),
    );
    expect(names.sort()).toEqual([...Object.keys(refused), ...Object.keys(readable)].sort());
  });

  test.each(Object.entries(refused))('%s is refused', (name, [code, message]) => {
    const error = failure(read(name), { filename: name });
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test.each(Object.entries(readable))('%s is read', (name, [triangles, volumeMm3, ...warnings]) => {
    const result = readMesh(read(name), { filename: name });
    expect(result.format).toBe('stl');
    expect(result.warnings.map((warning) => warning.code)).toEqual(warnings);
    const measures = measureMesh(result.mesh);
    expect(measures.triangles).toBe(triangles);
    if (volumeMm3 === null) expect(measures.volumeMm3).toBeNull();
    else expect(measures.volumeMm3! / volumeMm3).toBeCloseTo(1, 4);
  });
});

describe('what is no mesh is refused by name', () => {
  test.each([
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      'a.stl',
      'a git LFS pointer',
    ],
    ['ISO-10303-21;\nHEADER;', 'a.stl', 'a STEP file'],
    ['PK\x03\x04\x14\x00', 'a.3mf', 'a ZIP archive'],
    ['glTF\x02\x00\x00\x00', 'a.glb', 'a binary glTF file'],
    ['ply\nformat ascii 1.0\n', 'a.ply', 'a PLY file'],
    ['OFF\n8 6 12\n', 'a.off', 'an OFF file'],
    ['#VRML V2.0 utf8\n', 'a.wrl', 'a VRML file'],
    ['\x1f\x8b\x08\x00', 'a.stl.gz', 'compressed with gzip'],
    ['%PDF-1.7', 'drawing.stl', 'a PDF document'],
    ['\xff\xfes\x00o\x00l\x00i\x00d\x00', 'a.stl', 'text in UTF-16'],
    ['<!DOCTYPE html><html>', 'a.stl', 'a web page'],
    ['\x64\x86\x0b\x00\x11\x22\x33\x44\x00\x00', 'main.obj', 'a compiled object file'],
    ['\x4c\x01\x02\x00\x11\x22\x33\x44\x00\x00', 'main.obj', 'a compiled object file'],
    ['\x00\x00\xff\xff\x01\x00\x64\x86\x00\x00', 'main.obj', 'a compiled object file'],
    ['hello, this is a text', 'a.stl', 'named .stl but is no STL'],
    ['hello, this is a text', 'a.obj', 'named .obj but has no vertices'],
    ['hello, this is a text', undefined, 'neither an STL nor an OBJ'],
    ['{"a": 1}', 'a.json', 'neither an STL nor an OBJ'],
  ])('%j', (content, filename, message) => {
    const error = failure(bytesOf(content), filename === undefined ? {} : { filename });
    expect(error.code).toBe('FORMAT_UNKNOWN');
    expect(error.message).toContain(message);
  });

  test('a mesh of the other format than was asked for', () => {
    expect(failure(writeObj(box(9, 9, 9)), { format: 'stl' }).message).toContain(
      'is an OBJ mesh, not an STL mesh',
    );
  });

  test('a file above the limit', () => {
    const endless = { length: 2 ** 40 } as Uint8Array;
    expect(failure(endless)).toMatchObject({ code: 'FILE_LIMIT_EXCEEDED' });
  });
});

describe('the name does not decide', () => {
  test.each([
    ['a binary STL that begins with solid', writeBinaryStl(box(9, 9, 9), 'solid part'), 'stl'],
    ['an OBJ named .stl', writeObj(box(9, 9, 9)), 'obj'],
    ['an ASCII STL named .obj', writeAsciiStl(box(9, 9, 9)), 'stl'],
  ])('%s', (_, bytes, format) => {
    for (const filename of ['a.stl', 'a.obj', 'a']) {
      const result = readMesh(bytes, { filename });
      expect(result.format).toBe(format);
      expect(measureMesh(result.mesh).volumeMm3).toBe(729);
    }
  });
});

describe('a mesh that can be used comes with warnings', () => {
  test('an ordinary one with none', () => {
    expect(codes(writeBinaryStl(ball(10, 2)))).toEqual([]);
  });

  test('degenerate triangles are dropped, and the surface stays closed', () => {
    const { positions, triangles } = box(9, 9, 9);
    const bytes = writeBinaryStl({ positions, triangles: Uint32Array.of(...triangles, 3, 3, 5, 1, 1, 1) });
    const { mesh, warnings } = readMesh(bytes);
    expect(warnings).toEqual([
      {
        code: 'DEGENERATE_TRIANGLES_DROPPED',
        message: '2 of 14 triangles had two corners in one place and were left out',
      },
    ]);
    expect(measureMesh(mesh)).toMatchObject({ triangles: 12, closed: true });
  });

  test('facets that face inwards are turned round', () => {
    const { mesh, warnings } = readMesh(writeBinaryStl(insideOut(box(9, 9, 9))));
    expect(warnings.map((warning) => warning.code)).toEqual(['MESH_INSIDE_OUT']);
    expect(readMesh(writeBinaryStl(mesh)).warnings).toEqual([]);
  });

  test('a hollow part keeps its hollow', () => {
    const hollow = together(
      box(9, 9, 9),
      moved(insideOut(box(3, 3, 3)), (x, y, z) => [x + 3, y + 3, z + 3]),
    );
    const { mesh, warnings } = readMesh(writeBinaryStl(hollow));
    expect(warnings).toEqual([]);
    expect(measureMesh(mesh).volumeMm3).toBe(729 - 27);
  });

  test('cracks of rounding are closed, larger ones are not', () => {
    const cracked = (gap: number): Uint8Array => {
      const { positions, triangles } = box(100, 100, 100);
      const bytes = writeBinaryStl({ positions, triangles });
      const view = new DataView(bytes.buffer);
      const at = 84 + 12;
      view.setFloat32(at, view.getFloat32(at, true) + gap, true);
      return bytes;
    };
    expect(codes(cracked(1e-5))).toEqual([]);
    expect(codes(cracked(1e-2))).toEqual(['MESH_OPEN']);
  });

  test('a part of a millimetre may be one in metres', () => {
    expect(readMesh(writeBinaryStl(box(0.08, 0.02, 0.01))).warnings).toEqual([
      {
        code: 'UNITS_ASSUMED_MILLIMETRES',
        message: 'the longest side is 0.08 mm if the file is in millimetres; scale the part where it is not',
      },
    ]);
  });

  test('polygons that curve inwards and have too many corners to cut', () => {
    const corners = 3000;
    const comb = Array.from({ length: corners }, (_, i) => `v ${i} ${(i % 2) * 50} 0\n`).join('');
    const face = Array.from({ length: corners + 1 }, (_, i) => i + 1).join(' ');
    expect(codes(bytesOf(`${comb}v 1500 -900 0\nf ${face}\n`))).toContain('POLYGONS_FANNED');
  });
});

describe('a mesh without a surface is refused', () => {
  test('no triangles', () => {
    expect(failure(new Uint8Array(84)).code).toBe('MESH_EMPTY');
    expect(failure(bytesOf('solid a\nendsolid a\n')).code).toBe('MESH_EMPTY');
    expect(failure(bytesOf('v 1 2 3\nv 4 5 6\n')).code).toBe('MESH_EMPTY');
  });

  test('all in a point, all in a line', () => {
    expect(failure(bytesOf('v 1 2 3\nf 1 1 1\n')).code).toBe('MESH_DEGENERATE');
    expect(failure(bytesOf('v 0 0 0\nv 1 1 1\nv 2 2 2\nf 1 2 3\n')).code).toBe('MESH_DEGENERATE');
  });
});
