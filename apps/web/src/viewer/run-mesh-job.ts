/** Runs one job in a worker of its own; aborting ends the worker, wherever it is. */
import { PageError } from '../api/failure.ts';
import type { MeshJob, MeshJobAnswer } from './mesh.worker.ts';
import type { RenderMesh } from './render-mesh.ts';

const NEXT_STEP = 'Export the part again from your CAD program, or drop another one.';

/** Throws `PageError` where the file is no mesh that can be drawn, and the signal's reason when aborted. */
export function runMeshJob(job: MeshJob, signal: AbortSignal): Promise<RenderMesh> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./mesh.worker.ts', import.meta.url), { type: 'module' });
  const { promise, resolve, reject } = Promise.withResolvers<RenderMesh>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  worker.addEventListener('message', ({ data }: MessageEvent<MeshJobAnswer>) => {
    if ('mesh' in data) resolve(data.mesh);
    else reject(new PageError('This part cannot be drawn', data.refusal, NEXT_STEP));
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    reject(new PageError('This part cannot be drawn', event.message || 'The worker failed.', NEXT_STEP));
  });
  worker.postMessage(job);
  return promise.finally(() => {
    signal.removeEventListener('abort', abort);
    worker.terminate();
  });
}
