/** `predict` of five models, one row and 256 rows at a time, over 16 connections. */
import type { Task } from './task.ts';

const MODELS = [
  ['logreg', 'logistic regression'],
  ['forest', 'forest(100)'],
  ['pca-knn', 'PCA(16) + kNN'],
  ['mlp', 'MLP(100)'],
  ['gradient-boosting', 'gradient boosting(100)'],
] as const;

const ofRows = (rows: number): Task[] =>
  MODELS.map(([model, title]) => ({
    name: `${model}-${rows}`,
    title: `${title}, ${rows === 1 ? '1 row' : `${rows} rows`}`,
    model,
    rows,
    digits: 'short',
  }));

export const PREDICT_TASKS: readonly Task[] = [
  ...ofRows(1),
  ...ofRows(256),
  {
    name: 'logreg-256-full',
    title: 'logistic regression, 256 rows, 17-digit numbers',
    model: 'logreg',
    rows: 256,
    digits: 'full',
  },
];
