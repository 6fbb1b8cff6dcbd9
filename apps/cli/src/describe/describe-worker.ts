/** The worker thread of `chamfer describe`: one file in, its descriptor out. */
import { readFileSync } from 'node:fs';
import { createRandom, describeMesh, type Mesh, measureMesh, readMesh } from '@chamfer/geometry';
import { serveTasks } from './run-in-threads.ts';

export interface DescribeTask {
  readonly file: string;
  /** Its name below the folder: rotations depend on it, not on what else is in the folder. */
  readonly path: string;
  readonly seed: number | undefined;
  readonly rotate: number | undefined;
}

export interface DescribedPart {
  readonly descriptor: Float32Array;
  readonly sizeMm: readonly number[];
}

serveTasks(({ file, path, seed, rotate }: DescribeTask): DescribedPart => {
  const { mesh } = readMesh(readFileSync(file), { filename: path });
  const turned = rotate === undefined ? mesh : rotateMesh(mesh, rotate, path);
  const descriptor = describeMesh(turned, seed === undefined ? {} : { seed });
  return { descriptor, sizeMm: measureMesh(mesh).sizeMm };
});

/** Turns the mesh by a rotation drawn evenly from all rotations, the same for the same seed and path. */
function rotateMesh(mesh: Mesh, seed: number, path: string): Mesh {
  const random = createRandom(seed ^ hashText(path));
  let [w, x, y, z, norm] = [0, 0, 0, 0, 0];
  do {
    [w, x, y, z] = [
      random.next() * 2 - 1,
      random.next() * 2 - 1,
      random.next() * 2 - 1,
      random.next() * 2 - 1,
    ];
    norm = w * w + x * x + y * y + z * z;
  } while (norm > 1 || norm < 1e-4); // evenly in the ball, hence evenly over its directions
  const s = 2 / norm;
  const rows = [
    [1 - s * (y * y + z * z), s * (x * y - z * w), s * (x * z + y * w)],
    [s * (x * y + z * w), 1 - s * (x * x + z * z), s * (y * z - x * w)],
    [s * (x * z - y * w), s * (y * z + x * w), 1 - s * (x * x + y * y)],
  ];
  const positions = new Float32Array(mesh.positions.length);
  for (let at = 0; at < positions.length; at += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const row = rows[axis]!;
      positions[at + axis] =
        row[0]! * mesh.positions[at]! + row[1]! * mesh.positions[at + 1]! + row[2]! * mesh.positions[at + 2]!;
    }
  }
  return { positions, triangles: mesh.triangles };
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
