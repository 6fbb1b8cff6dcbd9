/** The worker thread of `chamfer catalogue-build`: one part in; its measures, descriptor, mesh and picture out. */
import { readFileSync } from 'node:fs';
import {
  describeMesh,
  encodeGlb,
  type Measures,
  measureMesh,
  readMesh,
  renderThumbnail,
} from '@chamfer/geometry';
import { encodePng } from '@chamfer/geometry/png';
import { serveTasks } from './run-in-threads.ts';

export interface CatalogueTask {
  readonly file: string;
  readonly path: string;
  readonly thumbnailPx: number;
  /** The mesh of the page has at most about this many; measures and descriptor come from all. */
  readonly trianglesMax: number;
}

export interface CataloguePart {
  readonly measures: Measures;
  readonly descriptor: Float32Array;
  readonly glb: Uint8Array;
  readonly png: Uint8Array;
}

serveTasks(({ file, path, thumbnailPx, trianglesMax }: CatalogueTask): CataloguePart => {
  const { mesh } = readMesh(readFileSync(file), { filename: path });
  const { rgba, width, height } = renderThumbnail(mesh, { sizePx: thumbnailPx });
  return {
    measures: measureMesh(mesh),
    descriptor: describeMesh(mesh),
    glb: encodeGlb(mesh, { trianglesMax }),
    png: encodePng(rgba, width, height),
  };
});
