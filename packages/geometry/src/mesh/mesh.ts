/** A triangle mesh: the one shape in which geometry travels through this package. Lengths are millimetres. */
export interface Mesh {
  /** x, y, z of every vertex. */
  readonly positions: Float32Array;
  /** Three vertex numbers a triangle, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
}

/** What a reader noticed and put right or left aside; the mesh is usable all the same. */
export interface MeshWarning {
  readonly code:
    | 'DEGENERATE_TRIANGLES_DROPPED'
    | 'POLYGONS_FANNED'
    | 'UNITS_ASSUMED_MILLIMETRES'
    | 'MESH_OPEN'
    | 'MESH_INSIDE_OUT';
  readonly message: string;
}
