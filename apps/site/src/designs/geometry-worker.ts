/** Entry of the worker threads for geometry: a file's bytes in, its measures, warnings and descriptor out. */
import {
  describeMesh,
  type Measures,
  type MeshFormat,
  type MeshWarning,
  measureMesh,
  readMesh,
} from '@chamfer/geometry';
import { concatBytes } from '../workers/byte-blocks.ts';
import { serveJobs } from '../workers/serve-jobs.ts';
import { readFormFile } from './form-file.ts';

export interface GeometryJob {
  /** The body as it came, in blocks that belong to this job alone. */
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
  /** Of the form around the file; null where the body is the file. */
  readonly boundary: string | null;
  readonly filename: string | null;
  /** What the caller says it is; null where the content decides. */
  readonly format: MeshFormat | null;
}

export interface GeometryResult {
  readonly filename: string | null;
  readonly format: MeshFormat;
  readonly measures: Measures;
  readonly warnings: readonly MeshWarning[];
  readonly descriptor: Float32Array;
}

serveJobs<GeometryJob, GeometryResult>(({ blocks, boundary, filename: givenName, format: givenFormat }) => {
  const body = concatBytes(blocks);
  const file = boundary === null ? { filename: null, bytes: body } : readFormFile(body, boundary);
  const filename = givenName ?? file.filename;
  const { mesh, format, warnings } = readMesh(file.bytes, {
    ...(filename === null ? {} : { filename }),
    ...(givenFormat === null ? {} : { format: givenFormat }),
  });
  const descriptor = describeMesh(mesh);
  return { value: { filename, format, measures: measureMesh(mesh), warnings, descriptor } };
});
