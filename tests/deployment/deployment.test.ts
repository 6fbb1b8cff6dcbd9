/**
 * What an operator does with the image, done for real, in order: build, deploy, be killed, upgrade, roll back, stop
 * under load, carry it to a machine with an empty store. The engines run in a private machine within this one.
 */
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { importBaseImage } from './base-image.ts';
import { obtainContainerTools } from './container-tools.ts';
import { configurePodman, type Engine, startDocker } from './engines.ts';
import type { Asked } from './keep-asking.ts';
import { type Finished, type PrivateMachine, startPrivateMachine } from './private-machine.ts';

const PORT = 8000;
const URL_OF_SITE = `http://127.0.0.1:${PORT}`;
const IMAGE = 'localhost/chamfer:latest';
/** What the image and its start are held to: see bench/results/container.md. */
const ARCHIVE_BYTES_MAX = 80_000_000;
const STOP_MS_MAX = 10_000;

interface Started {
  readonly folder: string;
  readonly machine: PrivateMachine;
  readonly docker: Awaited<ReturnType<typeof startDocker>>;
}

/** The engine that everything begins with, or why there is none. */
async function startEngine(): Promise<Started | string> {
  const folder = mkdtempSync(join(tmpdir(), 'chamfer-deployment-'));
  let machine: PrivateMachine | undefined;
  try {
    machine = await startPrivateMachine(folder, obtainContainerTools());
    return { folder, machine, docker: await startDocker(machine, 'docker') };
  } catch (error) {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
    if (process.env.REQUIRE_ENGINE === '1') throw error;
    return (error as Error).message;
  }
}

const started = await startEngine();
if (typeof started === 'string')
  console.log(`No container engine can start here, so its tests are skipped: ${started}`);

describe.skipIf(typeof started === 'string')('the container', () => {
  const { folder, machine, docker } = started as Started;
  const archive = join(folder, 'chamfer.tar.gz');
  let engine: Engine = docker;

  /** Runs a script of the repository as its reader would, but from another directory. */
  const script = (name: string, ...args: string[]): Promise<Finished> =>
    machine.run(join(repositoryRoot, name), args, { cwd: '/', environment: engine.environment });

  async function succeed(name: string, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await script(name, ...args);
    expect(status, `${name} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    return stdout + stderr;
  }

  async function fail(name: string, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await script(name, ...args);
    expect(status, `${name} ${args.join(' ')}\n${stdout}${stderr}`).toBe(1);
    return stderr;
  }

  const inspect = (container: string, format: string): Promise<string> =>
    engine.ask('inspect', '--format', format, container);

  const versionServed = (): Promise<string> =>
    inspect('chamfer', '{{index .Config.Labels "org.opencontainers.image.version"}}');

  /** The client of the README, from outside of the container. */
  async function expectPass(url: string = URL_OF_SITE): Promise<void> {
    const client = await machine.run('npm', ['run', '--silent', 'client', '--', '--url', url], {
      cwd: repositoryRoot,
    });
    expect(client.stdout + client.stderr).toMatch(/^PASS$/m);
    expect(client.status).toBe(0);
  }

  /** An image that differs from the built one in what its Dockerfile says. */
  async function derive(tag: string, ...lines: string[]): Promise<string> {
    const name = `localhost/chamfer:${tag}`;
    const file = [`FROM ${IMAGE}`, ...lines].map((line) => `${line}\\n`).join('');
    const build = `printf '%b' '${file}' | ${engine.program} build --quiet --tag ${name} -`;
    const { status, stderr } = await machine.run('sh', ['-c', build], engine);
    expect(status, stderr).toBe(0);
    return name;
  }

  const writeMark = (): Promise<string> =>
    engine.ask('exec', 'chamfer', 'node', '-e', `require('node:fs').writeFileSync('/data/mark', 'kept')`);
  const readMark = (): Promise<string> =>
    engine.ask('exec', 'chamfer', 'node', '-p', `require('node:fs').readFileSync('/data/mark', 'utf8')`);

  beforeAll(async () => {
    const base = await importBaseImage(machine, docker);
    await succeed('build.sh', '--base', base, '--archive', archive);
  });

  afterAll(async () => {
    await machine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the scripts have no faults that shellcheck knows, and explain themselves', async () => {
    const scripts = ['build.sh', 'deploy.sh'];
    const { stdout } = await machine.run('shellcheck', ['--external-sources', ...scripts], {
      cwd: repositoryRoot,
    });
    expect(stdout).toBe('');
    for (const name of scripts) expect(await succeed(name, '--help')).toContain(`Usage: ./${name}`);
    expect(await fail('deploy.sh', '--upgrad')).toContain('Unknown option --upgrad. See --help.');
    expect(await fail('deploy.sh', '--port', '80000')).toContain('must be a port from 1 to 65535');
    expect(await fail('deploy.sh', '--grpc-port', 'no')).toContain('from 1 to 65535, or off');
    const absent = { cwd: '/', environment: { DOCKER_HOST: 'unix:///absent' } };
    for (const name of scripts) {
      const { status, stderr } = await machine.run(
        join(repositoryRoot, name),
        ['--engine', 'docker'],
        absent,
      );
      expect(stderr).toContain('docker does not answer here.');
      expect(status).toBe(1);
    }
  });

  test('the image has its size, its labels and its papers, and no shell', async () => {
    expect(statSync(archive).size).toBeLessThanOrEqual(ARCHIVE_BYTES_MAX);
    const config = JSON.parse(await docker.ask('image', 'inspect', '--format', '{{json .Config}}', IMAGE));
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    expect(config.User).toBe('65532:65532');
    expect(Object.keys(config.Volumes)).toEqual(['/data']);
    expect(config.Healthcheck.Test).toEqual(['CMD', 'node', '/app/healthcheck.mjs']);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{12}(-modified)?$/),
    });
    const list =
      'id=$(docker create "$0") && docker export "$id" | tar --list && docker rm "$id" > /dev/null';
    const listed = await machine.run('sh', ['-c', list, IMAGE], docker);
    const files = listed.stdout.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
    // Of ONNX Runtime the library of this platform, and nothing else that was installed.
    const own = files.filter((path) => !/^app\/node_modules\/onnxruntime-(node|common)\//.test(path));
    expect(own.filter((path) => /(^|\/)s?bin\//.test(path))).toEqual(['usr/local/bin/node']);
    expect(own.filter((path) => /\.node$|node_modules/.test(path))).toEqual([]);
    expect(files.filter((path) => /\.(node|so\.1)$/.test(path) && path.startsWith('app/'))).toHaveLength(2);
    expect(files).toContain('app/licences/libc6/copyright');
    expect(files).toContain('app/licences/protocol-triton/LICENSE');
    const read = `process.stdout.write(require('node:fs').readFileSync('/app/sbom.cdx.json'))`;
    const bill = JSON.parse(await docker.ask('run', '--rm', '--entrypoint', 'node', IMAGE, '-e', read));
    expect(bill.bomFormat).toBe('CycloneDX');
    const names = bill.components.map((one: { name: string }) => one.name);
    expect(names).toEqual(expect.arrayContaining(['fastify', '@grpc/grpc-js', 'react', 'node', 'libc6']));
    // What only an installation needs, or a framework for what is not done here, is not carried.
    expect(names.filter((name: string) => ['adm-zip', 'global-agent', 'ajv'].includes(name))).toEqual([]);
  });

  test('an image that other machines would reach refuses to start unless told that they may', async () => {
    const run = await machine.run('docker', ['run', '--rm', IMAGE], docker);
    expect(run.stderr).toContain('--trusted-network');
    expect(run.status).toBe(2);
  });

  test('deploy brings up a hardened site on loopback that the client passes; a second run changes nothing', async () => {
    const output = await succeed('deploy.sh');
    expect(output).toContain(`npm run client -- --url ${URL_OF_SITE}`);
    await expectPass();
    const host = JSON.parse(await inspect('chamfer', '{{json .HostConfig}}'));
    expect(host).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 256,
      Memory: 2 ** 31,
      Privileged: false,
      RestartPolicy: { Name: 'unless-stopped' },
      PortBindings: {
        '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8000' }],
        '8001/tcp': [{ HostIp: '127.0.0.1', HostPort: '8001' }],
      },
    });
    const before = await inspect('chamfer', '{{.Id}} {{.State.StartedAt}}');
    await succeed('deploy.sh');
    expect(await inspect('chamfer', '{{.Id}} {{.State.StartedAt}}')).toBe(before);
    expect(await succeed('deploy.sh', '--status')).toMatch(/^ready +yes$/m);
  });

  test('it answers over gRPC as well', async () => {
    const call = `
      const { Client, credentials } = require('@grpc/grpc-js');
      const client = new Client('127.0.0.1:8001', credentials.createInsecure());
      const asIs = (bytes) => bytes;
      client.makeUnaryRequest('/grpc.health.v1.Health/Check', asIs, asIs, Buffer.alloc(0), (error, answer) => {
        console.log(error?.message ?? answer.toString('hex'));
        client.close();
      });`;
    const { stdout } = await machine.run('node', ['-e', call], { cwd: repositoryRoot });
    // status: SERVING
    expect(stdout.trim()).toBe('0801');
  });

  test('a port that is taken, and nothing to roll back to, are refused in a line', async () => {
    expect(await fail('deploy.sh', '--name', 'other')).toContain(`Port ${PORT} on 127.0.0.1 is taken`);
    expect(await fail('deploy.sh', '--rollback')).toContain('There is no version to roll back to.');
    expect(await engine.ask('ps', '--all', '--format', '{{.Names}}')).toBe('chamfer');
  });

  test('a site writes nothing outside of its volume and opens no connection', async () => {
    const free = ['--name', 'watched', '--publish', '127.0.0.1:8002:8000', '--no-healthcheck'];
    await docker.ask('run', '--detach', ...free, '--env', 'CHAMFER_TRUSTED_NETWORK=true', IMAGE);
    const pid = await inspect('watched', '{{.State.Pid}}');
    /** Connections begun and datagrams sent in the container's network since it was made, as the kernel counts. */
    const sent = async (): Promise<number[]> => {
      const { stdout } = await machine.run('cat', [`/proc/${pid}/net/snmp`]);
      const value = (protocol: string, field: string): number => {
        const [names, values] = stdout.split('\n').filter((line) => line.startsWith(`${protocol}:`));
        return Number(values!.split(' ')[names!.split(' ').indexOf(field)]);
      };
      return [value('Tcp', 'ActiveOpens'), value('Udp', 'OutDatagrams')];
    };
    await expect.poll(() => docker.ask('logs', 'watched'), { timeout: 10_000 }).toContain('is ready');
    await expectPass('http://127.0.0.1:8002');
    expect(await sent()).toEqual([0, 0]);
    expect(await docker.ask('diff', 'watched')).toBe('');
    // That these would notice: one connection, one file.
    const trespass = `require('node:net').connect(8000, '127.0.0.1').on('connect', () => process.exit())`;
    await docker.ask('exec', 'watched', 'node', '-e', trespass);
    await docker.ask(
      'exec',
      '--user',
      '0',
      'watched',
      'node',
      '-e',
      `require('node:fs').writeFileSync('/app/x', '')`,
    );
    expect(await sent()).toEqual([1, 0]);
    expect(await docker.ask('diff', 'watched')).toContain('A /app/x');
    await docker.ask('rm', '--force', '--volumes', 'watched');
  });

  test('a killed process is started again', async () => {
    const pid = await inspect('chamfer', '{{.State.Pid}}');
    await machine.run('kill', ['-9', pid]);
    await expect
      .poll(() => inspect('chamfer', '{{.RestartCount}} {{.State.Running}}'), { timeout: 10_000 })
      .toBe('1 true');
    await succeed('deploy.sh');
    await expect.poll(() => succeedReady(), { timeout: 10_000 }).toBe(true);
    await expectPass();
  });

  async function succeedReady(): Promise<boolean> {
    return (await script('deploy.sh', '--status')).stdout.includes('ready     yes');
  }

  test('data outlives the containers', async () => {
    await writeMark();
    await succeed('deploy.sh', '--down');
    expect(await engine.ask('ps', '--all', '--quiet')).toBe('');
    await succeed('deploy.sh');
    expect(await readMark()).toBe('kept');
    await expectPass();
  });

  test('a broken version never replaces the one that serves', async () => {
    const broken = await derive(
      'broken',
      'LABEL org.opencontainers.image.version=0.0.1-broken',
      'ENTRYPOINT ["node", "/app/absent.js"]',
    );
    const id = await inspect('chamfer', '{{.Id}} {{.State.StartedAt}}');
    expect(await fail('deploy.sh', '--upgrade', '--image', broken)).toContain('serves on, untouched');
    expect(await inspect('chamfer', '{{.Id}} {{.State.StartedAt}}')).toBe(id);
    await expectPass();

    // One that starts on an empty volume and fails on this one: seen only once it has taken over.
    const start = `require('node:fs').existsSync('/data/mark') ? process.exit(1) : import('/app/apps/site/dist/main.js').then((site) => site.run([]))`;
    const fickle = await derive(
      'fickle',
      'LABEL org.opencontainers.image.version=0.0.2-broken',
      `ENTRYPOINT ${JSON.stringify(['node', '-e', start]).replaceAll("'", `'"'"'`)}`,
    );
    expect(await fail('deploy.sh', '--upgrade', '--image', fickle)).toContain('Switching back');
    expect(await inspect('chamfer', '{{.Id}}')).toBe(id.split(' ')[0]);
    expect(await engine.ask('ps', '--all', '--format', '{{.Names}}')).toBe('chamfer');
    await expectPass();
  });

  test('an upgrade switches when the new version is ready, and a rollback switches back', async () => {
    const version = await versionServed();
    const newer = await derive('newer', 'LABEL org.opencontainers.image.version=99.0.0');
    expect(await fail('deploy.sh', '--image', newer)).toContain('add --upgrade');
    await succeed('deploy.sh', '--upgrade', '--image', newer);
    expect(await versionServed()).toBe('99.0.0');
    expect(await readMark()).toBe('kept');
    await expectPass();
    expect(await succeed('deploy.sh', '--upgrade', '--image', newer)).toContain('nothing changes');
    await succeed('deploy.sh', '--rollback');
    expect(await versionServed()).toBe(version);
    await expectPass();
  });

  /** What became of the requests of busy clients when the engine ends the container in a way of its own. */
  async function endUnderLoad(...command: string[]): Promise<Asked> {
    const address = await inspect('chamfer', '{{.NetworkSettings.IPAddress}}');
    const demo = join(repositoryRoot, 'catalogues/demo');
    const { file } = JSON.parse(readFileSync(join(demo, 'golden.json'), 'utf8'));
    // Straight to the container: the engine's own proxy goes on accepting when the site no longer does.
    const args = [join(import.meta.dirname, 'keep-asking.ts'), `http://${address}:${PORT}`, join(demo, file)];
    const asking = machine.start(process.execPath, args);
    const closed = once(asking, 'close');
    let output = '';
    asking.stdout!.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    await once(asking.stderr!, 'data');
    await sleep(1000);
    await engine.ask(...command, 'chamfer');
    await closed;
    return JSON.parse(output) as Asked;
  }

  test('a stop under load loses no request and ends in time, with exit code 0', async () => {
    const stoppedAt = performance.now();
    const asked = await endUnderLoad('stop', '-t', '30');
    expect(performance.now() - stoppedAt).toBeLessThan(STOP_MS_MAX);
    expect(await inspect('chamfer', '{{.State.ExitCode}}')).toBe('0');
    expect(asked.lost).toEqual([]);
    expect(asked.answered).toBeGreaterThan(10);
    await succeed('deploy.sh');
    await expectPass();
    // That it would be noticed.
    expect((await endUnderLoad('kill')).lost).not.toEqual([]);
    await succeed('deploy.sh');
  });

  /** What must hold on any machine that only has the archive, deploy.sh and an engine with an empty store. */
  async function expectToTravel(): Promise<void> {
    const elsewhere = join(folder, `only-these-${engine.program}`);
    await machine.run('mkdir', [elsewhere]);
    const deploy = (...args: string[]): Promise<Finished> =>
      machine.run('./deploy.sh', args, { cwd: elsewhere, environment: engine.environment });
    copyFileSync(join(repositoryRoot, 'deploy.sh'), join(elsewhere, 'deploy.sh'));
    copyFileSync(archive, join(elsewhere, 'chamfer.tar.gz'));
    expect(await engine.ask('images', '--quiet')).toBe('');
    const up = await deploy('--archive', 'chamfer.tar.gz', '--engine', engine.program);
    expect(up.stderr).toContain(`--url ${URL_OF_SITE}`);
    expect(up.status).toBe(0);
    await expectPass();
    expect((await deploy('--purge', '--engine', engine.program)).stderr).toContain('Add --yes');
    expect((await deploy('--purge', '--yes', '--engine', engine.program)).status).toBe(0);
    expect(await engine.ask('ps', '--all', '--quiet')).toBe('');
    expect(await engine.ask('volume', 'ls', '--quiet')).toBe('');
    expect(await engine.ask('images', '--quiet')).toBe('');
  }

  test('the archive and deploy.sh are all that another docker needs', async () => {
    await docker.stop();
    const second = await startDocker(machine, 'second-docker');
    engine = second;
    await expectToTravel();
    await second.stop();
  });

  test('and all that podman needs, which restarts, upgrades and rolls back as docker does', async () => {
    engine = await configurePodman(machine, 'podman');
    await expectToTravel();
    await succeed('deploy.sh', '--archive', archive, '--engine', 'podman');
    await machine.run('kill', ['-9', await inspect('chamfer', '{{.State.Pid}}')]);
    await expect.poll(() => succeedReady(), { timeout: 20_000 }).toBe(true);
    const broken = await derive('broken', 'ENTRYPOINT ["node", "/app/absent.js"]');
    expect(await fail('deploy.sh', '--upgrade', '--image', broken)).toContain('serves on, untouched');
    const newer = await derive('newer', 'LABEL org.opencontainers.image.version=99.0.0');
    await succeed('deploy.sh', '--upgrade', '--image', newer);
    expect(await versionServed()).toBe('99.0.0');
    await succeed('deploy.sh', '--rollback');
    expect(await versionServed()).not.toBe('99.0.0');
    await expectPass();
    await succeed('deploy.sh', '--purge', '--yes');
  });
});
