/** Geometry in: files to meshes, meshes to measures, descriptors and pictures. Runs in Node and in a browser. */
export { GEOMETRY_ERROR_CODES, GeometryError, type GeometryErrorCode } from './errors.ts';
export type { Mesh, MeshWarning } from './mesh/mesh.ts';
