/** Starts a peer several times, to see how long it takes; keeps the last. Refuses peers that do not answer. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer, Rows } from '../peers/peer.ts';
import type { Prepared } from '../python/environment.ts';
import { readTreeMemoryMegabytes } from './process-tree.ts';
import { type Server, startServer } from './server.ts';

export interface StartedPeer {
  readonly server: Server;
  readonly readySeconds: readonly number[];
  readonly readyMegabytes: number;
}

/** Starts a peer as often as asked, one start after the other, and keeps the last running. */
export async function startPeer(
  peer: Peer,
  starts: number,
  prepared: Prepared,
  workFolder: string,
  firstRows: Rows,
  interrupted: AbortSignal,
): Promise<StartedPeer> {
  const folder = join(workFolder, 'peers', peer.name);
  rmSync(folder, { recursive: true, force: true });
  const readySeconds: number[] = [];
  for (;;) {
    const server = await startServer(peer, { ...prepared, folder }, firstRows, interrupted);
    readySeconds.push(server.readySeconds);
    if (readySeconds.length === starts) {
      return { server, readySeconds, readyMegabytes: readTreeMemoryMegabytes(server.pid) };
    }
    await server.stop();
  }
}
