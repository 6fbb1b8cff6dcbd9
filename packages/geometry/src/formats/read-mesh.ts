/** A file in, a welded mesh and warnings out; what is no mesh is refused with the reason and the place. */
import { GeometryError } from '../errors.ts';
import { areaAndVolume, boundingBox } from '../measures/measure-mesh.ts';
import { countUnbalancedEdges } from '../mesh/edge-balance.ts';
import type { Mesh, MeshWarning } from '../mesh/mesh.ts';
import { type WeldedMesh, weldMesh } from '../mesh/weld-mesh.ts';
import { FILE_BYTES_MAX } from './limits.ts';
import { readObj } from './obj.ts';
import { type MeshFormat, recogniseFormat } from './recognise-format.ts';
import { readAsciiStl, readBinaryStl } from './stl.ts';

/** Open meshes are welded again with this share of the box's diagonal: rounding in writers stays below it. */
const WELD_TOLERANCE_RELATIVE = 1e-6;
/** Of 170 STL files of public projects the 8 with a longest side below this were in metres or without unit. */
const SUSPICIOUSLY_SMALL_MM = 1.5;

export interface ReadMeshOptions {
  /** Only helps to say what is wrong; the format is decided by content. */
  readonly filename?: string;
  /** Refuses a file of the other format. */
  readonly format?: MeshFormat;
}

export interface ReadMeshResult {
  readonly mesh: Mesh;
  readonly format: MeshFormat;
  readonly warnings: MeshWarning[];
}

/**
 * Reads an STL (binary or ASCII) or OBJ file: welded, without collapsed triangles, facets facing outwards
 * where the surface is closed. Throws GeometryError with the byte or line where the file is wrong.
 */
export function readMesh(bytes: Uint8Array, options: ReadMeshOptions = {}): ReadMeshResult {
  if (bytes.length > FILE_BYTES_MAX) {
    const message = `the file has ${bytes.length} bytes, at most ${FILE_BYTES_MAX} are read: export it with a coarser tolerance`;
    throw new GeometryError('FILE_LIMIT_EXCEEDED', message);
  }
  const { format, encoding } = recogniseFormat(bytes, options.filename);
  if (options.format !== undefined && options.format !== format) {
    const message = `the file is ${format === 'stl' ? 'an STL' : 'an OBJ'} mesh, not ${options.format === 'stl' ? 'an STL' : 'an OBJ'} mesh as asked for`;
    throw new GeometryError('FORMAT_UNKNOWN', message, { offsetBytes: 0 });
  }
  const warnings: MeshWarning[] = [];
  const read = format === 'obj' ? readObj(bytes) : undefined;
  if (read !== undefined && read.fanned > 0) {
    const message = `${read.fanned} polygons curve inwards and could not be cut well: the area may be too large`;
    warnings.push({ code: 'POLYGONS_FANNED', message });
  }
  const raw = read?.mesh ?? (encoding === 'binary' ? readBinaryStl(bytes) : readAsciiStl(bytes));
  return { mesh: finishMesh(raw, warnings), format, warnings };
}

function finishMesh(raw: Mesh, warnings: MeshWarning[]): Mesh {
  if (raw.triangles.length === 0) {
    throw new GeometryError('MESH_EMPTY', 'the file holds no triangles: export the part again');
  }
  const { mesh, dropped, openEdges } = weldUntilClosed(raw);
  if (dropped > 0) {
    const message = `${dropped} of ${raw.triangles.length / 3} triangles had two corners in one place and were left out`;
    warnings.push({ code: 'DEGENERATE_TRIANGLES_DROPPED', message });
  }
  const box = boundingBox(mesh);
  const { areaMm2, signedVolumeMm3 } = areaAndVolume(mesh, box);
  if (!(areaMm2 > 0)) {
    const message =
      'all triangles of the file lie on a point or a line, there is no surface: export the part again';
    throw new GeometryError('MESH_DEGENERATE', message);
  }
  if (openEdges > 0) {
    const message = `the surface is not closed (${openEdges} edges have no match): it has an area, but no volume`;
    warnings.push({ code: 'MESH_OPEN', message });
  } else if (signedVolumeMm3 < 0) {
    turnInsideOut(mesh);
    warnings.push({ code: 'MESH_INSIDE_OUT', message: 'the facets faced inwards and were turned round' });
  }
  const longest = Math.max(...[0, 1, 2].map((axis) => box.high[axis]! - box.low[axis]!));
  if (longest < SUSPICIOUSLY_SMALL_MM) {
    const message = `the longest side is ${Number(longest.toPrecision(3))} mm if the file is in millimetres; scale the part where it is not`;
    warnings.push({ code: 'UNITS_ASSUMED_MILLIMETRES', message });
  }
  return mesh;
}

/** Exact welding first; with a tolerance only where the surface stays open without and closes with it. */
function weldUntilClosed(raw: Mesh): WeldedMesh & { openEdges: number } {
  const exact = weldMesh(raw);
  const openEdges = countUnbalancedEdges(exact.mesh);
  if (openEdges === 0) return { ...exact, openEdges };
  const { low, high } = boundingBox(exact.mesh);
  const diagonal = Math.sqrt((high[0] - low[0]) ** 2 + (high[1] - low[1]) ** 2 + (high[2] - low[2]) ** 2);
  const near = weldMesh(exact.mesh, { toleranceMm: diagonal * WELD_TOLERANCE_RELATIVE });
  if (near.mesh.triangles.length === 0 || countUnbalancedEdges(near.mesh) > 0) return { ...exact, openEdges };
  return { mesh: near.mesh, dropped: exact.dropped + near.dropped, openEdges: 0 };
}

function turnInsideOut({ triangles }: Mesh): void {
  for (let at = 0; at < triangles.length; at += 3) {
    const second = triangles[at + 1]!;
    triangles[at + 1] = triangles[at + 2]!;
    triangles[at + 2] = second;
  }
}
