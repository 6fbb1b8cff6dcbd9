/**
 * What `npm run bench -- peers` asks of every server: not every combination, but one task at least for every model,
 * batch, number of connections and format, and all that the goals speak of.
 */
import type { Task } from '../tasks/task.ts';

const TITLES: Readonly<Record<string, string>> = {
  logreg: 'logistic regression',
  forest: 'forest(100)',
  mlp: 'MLP(100)',
  'pca-knn': 'PCA(16) + kNN',
  'gradient-boosting': 'gradient boosting(100)',
  encoder: 'the shipped encoder',
};

function task(model: string, rows: number, besides: Partial<Task> = {}, suffix = '', note = ''): Task {
  const encoder = model === 'encoder' ? ({ method: 'transform', digits: 'full' } as const) : {};
  return {
    name: `${model}-${rows}${suffix}`,
    title: `${TITLES[model]}, ${rows === 1 ? '1 row' : `${rows} rows`}${note}`,
    model,
    rows,
    digits: 'short',
    ...encoder,
    ...besides,
  };
}

const inOpenInference = (rows: number): Task =>
  task('logreg', rows, { format: 'open-inference' }, '-oip', ', Open Inference Protocol');

const inBytes = (model: string, rows: number): Task =>
  task(model, rows, { format: 'open-inference-bytes' }, '-bytes', ', as bytes');

export const COMPARISON_TASKS: readonly Task[] = [
  task('logreg', 1),
  task('logreg', 1, { connections: 1 }, '-alone', ', 1 connection'),
  task('logreg', 1, { connections: 64 }, '-many', ', 64 connections'),
  task('forest', 1),
  task('mlp', 1),
  task('pca-knn', 1),
  task('gradient-boosting', 1),
  task('encoder', 1),
  task('logreg', 16),
  task('forest', 16),
  task('encoder', 16),
  task('logreg', 256),
  task('forest', 256),
  task('mlp', 256),
  task('pca-knn', 256),
  task('gradient-boosting', 256),
  inOpenInference(1),
  inOpenInference(256),
  inBytes('logreg', 1),
  inBytes('logreg', 256),
];
