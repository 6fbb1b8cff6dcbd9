import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GRPCInferenceService } from '../../../../../../protocol/generated/grpc_service_pb.ts';
import { GrpcCaller } from '../../../../fixtures/grpc-caller.ts';
import { SiteClient } from '../../../../fixtures/site-client.ts';
import { FIXTURES } from '../../../../fixtures/small-site.ts';
import { temporaryFolder } from '../../../../fixtures/temporary-folder.ts';

const MODEL = 'part-classifier';
const { method } = GRPCInferenceService;
const models = temporaryFolder();

let client: SiteClient;
let caller: GrpcCaller;

beforeAll(async () => {
  cpSync(join(FIXTURES, 'models'), models, { recursive: true });
  client = await SiteClient.start(['--models', models, '--model-control', 'explicit', '--grpc-port', '0']);
  caller = new GrpcCaller(client.site.grpcAddress!);
});

afterAll(async () => {
  caller.client.close();
  await client.site.close();
});

function addVersion(version: string): void {
  const folder = join(models, MODEL, version);
  cpSync(join(models, MODEL, '1'), folder, { recursive: true });
  const manifest = join(folder, 'manifest.json');
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace('"version": "1"', `"version": "${version}"`),
  );
}

function post(path: string, body?: string): Promise<{ status: number; body: unknown }> {
  return client.send('POST', `/v2/repository/models/${path}`, body === undefined ? {} : { body });
}

describe('the repository on demand', () => {
  test('a new version and its labels are there once it is loaded, over REST and gRPC', async () => {
    const { body } = await client.send('GET', '/v2');
    expect(body).toMatchObject({ extensions: expect.arrayContaining(['model_repository']) });
    addVersion('2');
    writeFileSync(join(models, MODEL, 'labels.json'), '{"stable": "1", "canary": "2"}');
    expect(await post(`${MODEL}/load`, '{}')).toMatchObject({ status: 200, body: {} });
    const metadata = await client.send('GET', `/v2/models/${MODEL}`);
    expect(metadata.body).toMatchObject({ versions: ['1', '2'] });
    const ready = await client.send('GET', `/v2/models/${MODEL}/versions/canary/ready`);
    expect(ready.status).toBe(200);
    const list = await client.send('GET', '/api/v1/models');
    expect(list.body).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({ name: MODEL, version: '2', labels: ['canary'], isDefault: false }),
      ]),
    });
    await caller.call(method.repositoryModelUnload, { modelName: MODEL });
    expect(await caller.call(method.modelReady, { name: MODEL })).toMatchObject({ ready: false });
    await caller.call(method.repositoryModelLoad, { modelName: MODEL });
    expect(await caller.call(method.modelReady, { name: MODEL, version: 'stable' })).toMatchObject({
      ready: true,
    });
  });

  test('what cannot be done says why', async () => {
    expect(await post('none/load')).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(/no model "none"/) },
    });
    const config = await post(`${MODEL}/load`, '{"parameters": {"config": "{}"}}');
    expect(config).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/"config" is not taken/) },
    });
    addVersion('3');
    writeFileSync(join(models, MODEL, '3', 'model.pkl'), 'broken');
    writeFileSync(join(models, MODEL, 'labels.json'), '{"stable": "3"}');
    expect(await post(`${MODEL}/load`)).toMatchObject({
      status: 503,
      body: { error: expect.stringMatching(/not the file of its manifest/) },
    });
    const answer = await caller.refusalOf(caller.call(method.repositoryModelLoad, { modelName: MODEL }));
    expect(answer.code).toBe(status.UNAVAILABLE);
    expect((await client.send('GET', `/v2/models/${MODEL}/ready`)).status).toBe(200);
  });
});

test('a site that was not told so changes nothing', async () => {
  const other = await SiteClient.start();
  const answer = await other.send('POST', `/v2/repository/models/${MODEL}/unload`);
  expect(answer).toMatchObject({
    status: 409,
    body: { error: expect.stringMatching(/--model-control is none, not explicit/) },
  });
  await other.site.close();
});
