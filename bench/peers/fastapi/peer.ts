/** The Python system that Chamfer replaces, plain and tuned: one uvicorn process, without its access log. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonPredict } from '../json-predict.ts';
import type { Command, Peer, StartContext } from '../peer.ts';

function startUvicorn(app: string, context: StartContext, environment: Record<string, string>): Command {
  const address = ['--host', '127.0.0.1', '--port', String(context.port)];
  return {
    program: context.pythonPath,
    arguments: ['-m', 'uvicorn', app, ...address, '--no-access-log', '--log-level', 'warning'],
    environment: { MODELS: context.modelsFolder, ...environment },
    cwd: dirname(fileURLToPath(import.meta.url)),
  };
}

export const fastapi: Peer = {
  name: 'fastapi',
  title: 'FastAPI, plain',
  predicts: true,
  ...jsonPredict,
  start: (context) => startUvicorn('app:app', context, {}),
};

export const fastapiTuned: Peer = {
  name: 'fastapi-tuned',
  title: 'FastAPI, tuned',
  predicts: true,
  ...jsonPredict,
  start: (context) =>
    startUvicorn('app_tuned:app', context, {
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      MKL_NUM_THREADS: '1',
    }),
};
