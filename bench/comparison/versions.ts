/** The versions that a run compared, as the requirements pin them. Refuses requirements that pin none of a name. */
import { readFileSync } from 'node:fs';
import { bentoml } from '../peers/bentoml/peer.ts';
import { fastapi } from '../peers/fastapi/peer.ts';
import { litserve } from '../peers/litserve/peer.ts';
import { mlserver } from '../peers/mlserver/peer.ts';
import type { Peer } from '../peers/peer.ts';
import type { Prepared } from '../python/environment.ts';
import { readChamferVersion } from '../report/results.ts';
import type { Cases } from '../tasks/cases.ts';

const PINNED: readonly (readonly [Peer, readonly string[]])[] = [
  [fastapi, ['fastapi', 'uvicorn', 'pydantic', 'orjson']],
  [mlserver, ['mlserver', 'mlserver-sklearn']],
  [bentoml, ['bentoml']],
  [litserve, ['litserve']],
];

function pinnedIn(requirements: string, name: string): string {
  const version = new RegExp(`^${name}(?:\\[\\w+\\])?==(\\S+)$`, 'm').exec(requirements)?.[1];
  if (version === undefined) throw new Error(`No version of ${name} is pinned.`);
  return version;
}

export function readVersions(
  environmentOf: (peer: Peer) => { readonly prepared: Prepared; readonly cases: Cases },
): Record<string, string> {
  const versions: Record<string, string> = {
    Chamfer: readChamferVersion(),
    'Node.js': process.versions.node,
    Python: environmentOf(fastapi).prepared.pythonVersion.replace('Python ', ''),
  };
  for (const [peer, names] of PINNED) {
    const { prepared, cases } = environmentOf(peer);
    const requirements = readFileSync(prepared.requirementsPath, 'utf8');
    for (const name of names) versions[name] = pinnedIn(requirements, name);
    versions[`scikit-learn of ${peer.title}`] = cases.sklearn;
    versions[`NumPy of ${peer.title}`] = cases.numpy;
  }
  return versions;
}
