/** Geometry in: files to meshes, meshes to measures, descriptors and pictures. Runs in Node and in a browser. */
export {
  DESCRIPTOR,
  DESCRIPTOR_SEED,
  type DescribeOptions,
  type Descriptor,
  type DescriptorPart,
  describeMesh,
} from './descriptors/describe-mesh.ts';
export {
  GEOMETRY_ERROR_CODES,
  GeometryError,
  type GeometryErrorCode,
  type GeometryErrorPlace,
} from './errors.ts';
export { type EncodeGlbOptions, encodeGlb } from './formats/encode-glb.ts';
export { type ReadMeshOptions, type ReadMeshResult, readMesh } from './formats/read-mesh.ts';
export type { MeshFormat } from './formats/recognise-format.ts';
export { type Measures, measureMesh } from './measures/measure-mesh.ts';
export type { Mesh, MeshWarning } from './mesh/mesh.ts';
export { simplifyMesh } from './mesh/simplify-mesh.ts';
export { type WeldedMesh, type WeldOptions, weldMesh } from './mesh/weld-mesh.ts';
export { createRandom, type Random } from './sampling/random.ts';
export { type Picture, renderThumbnail, type ThumbnailOptions } from './thumbnails/render-thumbnail.ts';
