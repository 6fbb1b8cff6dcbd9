/** Writes triangles as a binary STL, so that a design of the catalogue can be sent like any other part. */

const HEADER_BYTES = 80;
const TRIANGLE_BYTES = 50;

/** Normals are left zero, which readers take as "compute them". `name` goes into the header, cut to fit. */
export function encodeStl(
  positions: Float32Array,
  triangles: Uint32Array,
  name: string,
): Uint8Array<ArrayBuffer> {
  const count = triangles.length / 3;
  const bytes = new Uint8Array(HEADER_BYTES + 4 + count * TRIANGLE_BYTES);
  bytes.set(new TextEncoder().encode(name).subarray(0, HEADER_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(HEADER_BYTES, count, true);
  for (let corner = 0; corner < triangles.length; corner++) {
    const facetAt = HEADER_BYTES + 4 + Math.floor(corner / 3) * TRIANGLE_BYTES;
    const at = facetAt + 12 + (corner % 3) * 12;
    for (let axis = 0; axis < 3; axis++) {
      view.setFloat32(at + axis * 4, positions[triangles[corner]! * 3 + axis]!, true);
    }
  }
  return bytes;
}
