/** Triangles to pixels: depth and normal of the surface seen along -z, in the mesh's own orientation. */

export interface RasterInput {
  /** x to the right, y down, in pixels; z towards the viewer, in pixels too. */
  readonly points: Float64Array;
  readonly triangles: Uint32Array;
  /** Nine values a triangle, in the viewer's axes. */
  readonly normals: Float32Array;
}

export interface Raster {
  readonly size: number;
  /** Towards the viewer, in pixels; -Infinity where nothing is seen. */
  readonly depth: Float32Array;
  /** Unit vectors, turned towards the viewer: right, up, towards. */
  readonly normals: Float32Array;
}

/** Draws into a square of `size` pixels, nearest surface first; a pixel belongs to the triangle over its middle. */
export function rasterise({ points, triangles, normals }: RasterInput, size: number): Raster {
  const raster: Raster = {
    size,
    depth: new Float32Array(size * size).fill(-Infinity),
    normals: new Float32Array(size * size * 3),
  };
  for (let at = 0; at < triangles.length; at += 3) {
    drawTriangle(
      raster,
      points,
      triangles[at]! * 3,
      triangles[at + 1]! * 3,
      triangles[at + 2]! * 3,
      normals,
      at * 3,
    );
  }
  return raster;
}

function drawTriangle(
  raster: Raster,
  points: Float64Array,
  a: number,
  b: number,
  c: number,
  normals: Float32Array,
  n: number,
): void {
  const { size, depth } = raster;
  const [ax, ay, az] = [points[a]!, points[a + 1]!, points[a + 2]!];
  const [bx, by, bz] = [points[b]!, points[b + 1]!, points[b + 2]!];
  const [cx, cy, cz] = [points[c]!, points[c + 1]!, points[c + 2]!];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0) return; // seen edge on
  const firstX = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const lastX = Math.min(size - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const firstY = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const lastY = Math.min(size - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  const perArea = 1 / area;
  for (let y = firstY; y <= lastY; y++) {
    const py = y + 0.5;
    for (let x = firstX; x <= lastX; x++) {
      const px = x + 0.5;
      const wb = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) * perArea;
      const wc = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) * perArea;
      const wa = 1 - wb - wc;
      if (wa < 0 || wb < 0 || wc < 0) continue;
      const z = wa * az + wb * bz + wc * cz;
      const pixel = y * size + x;
      if (z <= depth[pixel]!) continue;
      depth[pixel] = z;
      setNormal(raster, pixel, normals, n, wa, wb, wc);
    }
  }
}

function setNormal(
  raster: Raster,
  pixel: number,
  normals: Float32Array,
  n: number,
  wa: number,
  wb: number,
  wc: number,
): void {
  const x = wa * normals[n]! + wb * normals[n + 3]! + wc * normals[n + 6]!;
  const y = wa * normals[n + 1]! + wb * normals[n + 4]! + wc * normals[n + 7]!;
  const z = wa * normals[n + 2]! + wb * normals[n + 5]! + wc * normals[n + 8]!;
  // Turned to the viewer, because open surfaces are seen from behind too.
  const scale = (z < 0 ? -1 : 1) / (Math.sqrt(x * x + y * y + z * z) || 1);
  raster.normals[pixel * 3] = x * scale;
  raster.normals[pixel * 3 + 1] = y * scale;
  raster.normals[pixel * 3 + 2] = z * scale;
}
