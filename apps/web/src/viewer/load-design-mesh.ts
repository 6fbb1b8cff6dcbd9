/** Fetches the mesh of a design (binary glTF, in millimetres) as plain triangles. */
import { type BufferGeometry, Mesh, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { PageError } from '../api/failure.ts';

export interface Triangles {
  /** x, y, z of each vertex. */
  readonly positions: Float32Array;
  /** Three vertex numbers a triangle. */
  readonly triangles: Uint32Array;
}

/** Copies one geometry of the file behind what was collected so far, moved to where the file puts it. */
function appendGeometry(
  geometry: BufferGeometry,
  mesh: Mesh,
  positions: number[],
  triangles: number[],
): void {
  const from = geometry.getAttribute('position');
  const first = positions.length / 3;
  const point = new Vector3();
  for (let vertex = 0; vertex < from.count; vertex++) {
    point.fromBufferAttribute(from, vertex).applyMatrix4(mesh.matrixWorld);
    positions.push(point.x, point.y, point.z);
  }
  const index = geometry.getIndex();
  const cornerCount = index?.count ?? from.count;
  for (let corner = 0; corner < cornerCount; corner++) {
    triangles.push(first + (index === null ? corner : index.getX(corner)));
  }
}

/** Throws `PageError` where the file cannot be fetched or is no mesh. */
export async function loadDesignMesh(meshUrl: string, signal: AbortSignal): Promise<Triangles> {
  const response = await fetch(meshUrl, { signal });
  if (!response.ok) {
    const detail = `${meshUrl} answered ${response.status}.`;
    throw new PageError('The mesh of this design is missing', detail, 'Choose another design.');
  }
  const { scene } = await new GLTFLoader().parseAsync(await response.arrayBuffer(), '');
  scene.updateMatrixWorld(true);
  const positions: number[] = [];
  const triangles: number[] = [];
  scene.traverse((object) => {
    if (object instanceof Mesh) appendGeometry(object.geometry, object, positions, triangles);
  });
  return { positions: new Float32Array(positions), triangles: new Uint32Array(triangles) };
}
