/** MLServer with its own runtime for scikit-learn: one process, no parallel workers, asked as it asks to be. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openInference } from '../open-inference.ts';
import type { Peer, StartContext } from '../peer.ts';

/** A repository as its documentation lays it out; a folder a model. Returns it. */
function writeRepository({ port, sparePort, folder, modelPaths }: StartContext): string {
  const repository = join(folder, 'repository');
  const settings = {
    host: '127.0.0.1',
    http_port: port,
    grpc_port: sparePort,
    metrics_endpoint: null,
    parallel_workers: 0,
  };
  mkdirSync(repository, { recursive: true });
  writeFileSync(join(repository, 'settings.json'), JSON.stringify(settings));
  for (const uri of modelPaths) {
    const name = basename(uri, '.pkl');
    mkdirSync(join(repository, name), { recursive: true });
    const model = { name, implementation: 'mlserver_sklearn.SKLearnModel', parameters: { uri } };
    writeFileSync(join(repository, name, 'model-settings.json'), JSON.stringify(model));
  }
  return repository;
}

export const mlserver: Peer = {
  name: 'mlserver',
  title: 'MLServer',
  predicts: true,
  environment: 'mlserver',
  ...openInference,
  start(context) {
    const repository = writeRepository(context);
    return {
      program: join(dirname(context.pythonPath), 'mlserver'),
      arguments: ['start', repository],
      cwd: repository,
    };
  },
};
