/** Every peer, in the order of the tables. The first is the one that the others are compared with. */
import { bareNode } from './bare-node/peer.ts';
import { bentoml } from './bentoml/peer.ts';
import { chamfer } from './chamfer/peer.ts';
import { fastapi, fastapiTuned } from './fastapi/peer.ts';
import { litserve } from './litserve/peer.ts';
import { mlserver } from './mlserver/peer.ts';
import type { Peer } from './peer.ts';

export const BASELINE: Peer = chamfer;
export const ALL_PEERS: readonly Peer[] = [chamfer, fastapi, fastapiTuned, bareNode];
/** The other servers of small models, which `npm run bench -- peers` measures besides. */
export const OTHER_SERVERS: readonly Peer[] = [mlserver, bentoml];
/** Measured after all others: its processes are busy while nobody asks them. */
export const LAST_SERVERS: readonly Peer[] = [litserve];
