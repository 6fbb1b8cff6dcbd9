/** Reads uploaded parts in worker threads, where a hostile file can be stopped. */
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { GeometryJob, GeometryResult } from './geometry-worker.ts';

export type { GeometryJob, GeometryResult };

export class PartReader {
  readonly #pool: WorkerPool<GeometryJob, GeometryResult>;

  constructor(pool: WorkerPool<GeometryJob, GeometryResult>) {
    this.#pool = pool;
  }

  /** Moves the blocks of the upload. Throws `GeometryError`'s codes, those of forms, and those of the pool. */
  read(upload: GeometryJob, signal: AbortSignal): Promise<GeometryResult> {
    const buffers = upload.blocks.map((block) => block.buffer);
    return this.#pool.run(upload, buffers, signal);
  }
}
