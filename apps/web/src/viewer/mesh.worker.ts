/** Reads a part's file, or takes triangles, and makes them ready to draw, away from the page's own thread. */
import { GeometryError, readMesh } from '@chamfer/geometry';
import { buildRenderMesh, type RenderMesh } from './render-mesh.ts';

export type MeshJob =
  | { readonly kind: 'file'; readonly file: Blob; readonly name: string }
  | { readonly kind: 'triangles'; readonly positions: Float32Array; readonly triangles: Uint32Array };

export type MeshJobAnswer = { readonly mesh: RenderMesh } | { readonly refusal: string };

async function runJob(job: MeshJob): Promise<MeshJobAnswer> {
  if (job.kind === 'triangles') return { mesh: buildRenderMesh(job.positions, job.triangles) };
  const bytes = new Uint8Array(await job.file.arrayBuffer());
  try {
    const { mesh } = readMesh(bytes, { filename: job.name });
    return { mesh: buildRenderMesh(mesh.positions, mesh.triangles) };
  } catch (error) {
    if (error instanceof GeometryError) return { refusal: error.message };
    throw error;
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<MeshJob>) => {
  try {
    const answer = await runJob(data);
    const transfer =
      'mesh' in answer
        ? [answer.mesh.positions.buffer, answer.mesh.normals.buffer, answer.mesh.edges.buffer]
        : [];
    self.postMessage(answer, { transfer });
  } catch (error) {
    // Reaches the page as the worker's `error` event; a rejected promise would vanish here.
    setTimeout(() => {
      throw error;
    });
  }
});
