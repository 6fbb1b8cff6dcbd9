/** Every peer, in the order of the tables. The first is the one that the others are compared with. */
import { bareNode } from './bare-node/peer.ts';
import { chamfer } from './chamfer/peer.ts';
import { fastapi, fastapiTuned } from './fastapi/peer.ts';
import type { Peer } from './peer.ts';

export const BASELINE: Peer = chamfer;
export const ALL_PEERS: readonly Peer[] = [chamfer, fastapi, fastapiTuned, bareNode];
