/**
 * Container engines and what they need, out of Debian's packages: downloaded and unpacked into a folder, never
 * installed, so that the machine stays as it is. Where that cannot be done, says why in a line.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** `ca-certificates` and `iproute2` are on most machines; apt downloads only what this one lacks. */
const PACKAGES = [
  'docker.io',
  'podman',
  'iptables',
  'slirp4netns',
  'mmdebstrap',
  'shellcheck',
  'iproute2',
  'ca-certificates',
] as const;

/** Where downloads stay between runs. */
export const CACHE: string = process.env.CHAMFER_TEST_CACHE ?? '/var/cache/chamfer-test';

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${program} ${args[0]}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}

/** apt's own lists and archives stay untouched: it works in `folder`. */
function download(folder: string): string[] {
  const apt = (...args: string[]): void => {
    run('apt-get', [
      '--quiet',
      `--option=Dir::State::lists=${join(folder, 'lists')}`,
      `--option=Dir::Cache=${folder}`,
      `--option=Dir::Cache::archives=${join(folder, 'archives')}`,
      '--option=APT::Sandbox::User=root',
      ...args,
    ]);
  };
  for (const name of ['lists/partial', 'archives/partial'])
    mkdirSync(join(folder, name), { recursive: true });
  apt('update');
  apt('install', '--yes', '--no-install-recommends', '--download-only', ...PACKAGES);
  return globSync(join(folder, 'archives', '*.deb'));
}

function unpack(packages: readonly string[], root: string): void {
  mkdirSync(root, { recursive: true });
  for (const file of packages) run('dpkg-deb', ['--extract', file, root]);
  const programs = join(root, 'usr/sbin');
  if (!existsSync(join(programs, 'xtables-nft-multi'))) return;
  // Links that the package makes when it is installed.
  for (const name of ['iptables', 'ip6tables'].flatMap((one) => [one, `${one}-save`, `${one}-restore`])) {
    symlinkSync('xtables-nft-multi', join(programs, name));
  }
}

/** The root of the unpacked packages. Throws where there is no way to get them. */
export function obtainContainerTools(): string {
  const root = join(CACHE, `tools-${createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 8)}`);
  if (existsSync(root)) return root;
  const work = join(CACHE, 'tools.part');
  rmSync(work, { recursive: true, force: true });
  unpack(download(join(work, 'apt')), join(work, 'root'));
  renameSync(join(work, 'root'), root);
  rmSync(work, { recursive: true });
  return root;
}
