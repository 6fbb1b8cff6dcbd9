/**
 * A mesh as binary glTF 2.0 for the page: positions as 16-bit numbers (KHR_mesh_quantization, within 1/65,535
 * of the longest side), no normals, millimetres and z up as the mesh has them, which `asset.extras` says.
 */
import { boundingBox } from '../measures/measure-mesh.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { simplifyMesh } from '../mesh/simplify-mesh.ts';
import { weldMesh } from '../mesh/weld-mesh.ts';

export interface EncodeGlbOptions {
  /** Finer meshes are simplified to about this many triangles first. */
  readonly trianglesMax?: number;
}

const STEPS = 65535;
const UNSIGNED_SHORT = 5123;
const UNSIGNED_INT = 5125;
const ARRAY_BUFFER = 34962;
const ELEMENT_ARRAY_BUFFER = 34963;
const POSITION_BYTES = 8; // three 16-bit numbers; attributes must begin at multiples of four bytes

export function encodeGlb(mesh: Mesh, options: EncodeGlbOptions = {}): Uint8Array {
  const small = options.trianglesMax === undefined ? mesh : simplifyMesh(mesh, options.trianglesMax);
  const { low, high } = boundingBox(small);
  const stepMm = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2]) / STEPS || 1;
  const { positions, triangles } = quantised(small, low, stepMm);
  const vertices = positions.length / 3;
  const indexBytes = vertices <= 65535 ? 2 : 4; // 65,535 itself would restart a primitive
  const positionsLength = vertices * POSITION_BYTES;
  const indicesLength = triangles.length * indexBytes;
  const bounds = boundingBox({ positions, triangles });
  const json = {
    asset: { version: '2.0', generator: 'chamfer', extras: { unit: 'millimetre', up: 'z' } },
    extensionsUsed: ['KHR_mesh_quantization'],
    extensionsRequired: ['KHR_mesh_quantization'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, translation: low, scale: [stepMm, stepMm, stepMm] }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
    accessors: [
      {
        bufferView: 0,
        componentType: UNSIGNED_SHORT,
        count: vertices,
        type: 'VEC3',
        min: bounds.low,
        max: bounds.high,
      },
      {
        bufferView: 1,
        componentType: indexBytes === 2 ? UNSIGNED_SHORT : UNSIGNED_INT,
        count: triangles.length,
        type: 'SCALAR',
      },
    ],
    bufferViews: [
      {
        buffer: 0,
        byteOffset: 0,
        byteLength: positionsLength,
        byteStride: POSITION_BYTES,
        target: ARRAY_BUFFER,
      },
      { buffer: 0, byteOffset: positionsLength, byteLength: indicesLength, target: ELEMENT_ARRAY_BUFFER },
    ],
    buffers: [{ byteLength: positionsLength + indicesLength }],
  };
  const binary = new DataView(new ArrayBuffer(Math.ceil((positionsLength + indicesLength) / 4) * 4));
  for (let i = 0; i < positions.length; i++) {
    binary.setUint16(Math.floor(i / 3) * POSITION_BYTES + (i % 3) * 2, positions[i]!, true);
  }
  for (let i = 0; i < triangles.length; i++) {
    const at = positionsLength + i * indexBytes;
    if (indexBytes === 2) binary.setUint16(at, triangles[i]!, true);
    else binary.setUint32(at, triangles[i]!, true);
  }
  return pack(JSON.stringify(json), new Uint8Array(binary.buffer));
}

/** Positions in whole steps from the low corner; triangles that collapse by it are left out. */
function quantised({ positions, triangles }: Mesh, low: readonly number[], stepMm: number): Mesh {
  const steps = positions.map((position, i) =>
    Math.min(Math.round((position - low[i % 3]!) / stepMm), STEPS),
  );
  return weldMesh({ positions: steps, triangles }).mesh;
}

/** Header and two chunks (glTF 2.0 specification, section 4.4). */
function pack(json: string, binary: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4, ' '));
  const bytes = new Uint8Array(12 + 8 + text.length + 8 + binary.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x46546c67, true); // glTF
  view.setUint32(4, 2, true);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, text.length, true);
  view.setUint32(16, 0x4e4f534a, true); // JSON
  bytes.set(text, 20);
  view.setUint32(20 + text.length, binary.length, true);
  view.setUint32(24 + text.length, 0x004e4942, true); // BIN
  bytes.set(binary, 28 + text.length);
  return bytes;
}
