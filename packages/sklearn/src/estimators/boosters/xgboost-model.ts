/**
 * The model of an XGBoost booster: `gbtree`, `dart` and `gblinear`, as margins in float32. Refuses the binary
 * format of before 1.0, leaves that hold vectors, and categories of data frames whose values were not kept.
 */
import type { Label, Matrix } from '../../model.ts';
import type { FittedMethod } from '../definition.ts';
import type { Fill } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

import { visitLeaves } from '../trees/walk-trees.ts';
import { createFrameCategories, type FrameCategories, overCodes } from './frame-categories.ts';

import { type DocumentValue, readDocument } from './xgboost-document.ts';
import { OBJECTIVES, type Objective } from './xgboost-objectives.ts';
import { findXgboostLeaf, packXgboostTrees, readXgboostTrees, type XgboostTrees } from './xgboost-trees.ts';

const COLUMNS_MAX = 2 ** 22;
const GROUPS_MAX = 2 ** 16;
const TREES_MAX = 2 ** 24;

const { fround } = Math;

export interface XgboostModel {
  readonly columns: number;
  readonly columnNames: readonly string[] | null;
  /** Margins a row: classes, or targets. */
  readonly groups: number;
  readonly objective: string;
  /** Writes (rows, groups) answers: margins through the link of the objective. */
  readonly answers: Fill;
  /** `null` where there are no trees. */
  readonly apply: FittedMethod | null;
  /** `null` where rows are numbers. */
  readonly takes: FrameCategories['takes'] | null;
}

/** What the boosters of every kind start from. */
interface Learner {
  readonly document: DocumentValue;
  readonly columns: number;
  readonly groups: number;
  /** The margin each group starts with. */
  readonly base: Float64Array;
  /** A number that stands for a missing one, beside NaN. */
  readonly missing: number;
  /** How many rounds count; infinite without early stopping. */
  readonly rounds: number;
}

/** `null` where the file is of a kind that is noted as not supported. */
export function readXgboostModel(state: ObjectState): XgboostModel | null {
  const booster = state.attribute('_Booster').object();
  const root = readDocument(booster.attribute('handle'));
  if (root === null) {
    booster.refuse('handle', 'the binary format of before XGBoost 1.0');
    return null;
  }
  const model = root.member('Model');
  const document = (model.exists ? model : root).member('learner');
  const name = document.member('objective').member('name').text();
  const objective = OBJECTIVES.get(name);
  if (objective === undefined) {
    booster.refuse('objective', name.slice(0, 40));
    return null;
  }
  const learner = readLearner(state, booster, document, objective);
  const kind = document.member('gradient_booster').member('name').text();
  const margins = kind === 'gblinear' ? readLinear(learner) : readTreeBooster(booster, learner, kind);
  if (margins === null) return null;
  const frame = kind === 'gblinear' ? null : readFrame(state, booster, learner, kind);
  return {
    columns: learner.columns,
    columnNames: namesOf(document, learner.columns),
    groups: learner.groups,
    objective: name,
    answers: overCodes(frame, (X, out) => {
      margins.fill(X, out);
      objective.answer(out, learner.groups);
    }),
    apply: frame === null || margins.apply === null ? margins.apply : applyOver(frame, margins.apply),
    takes: frame?.takes ?? null,
  };
}

function readLearner(
  state: ObjectState,
  booster: ObjectState,
  document: DocumentValue,
  objective: Objective,
): Learner {
  const parameters = document.member('learner_model_param');
  const targets = parameters.member('num_target').exists
    ? parameters.member('num_target').integer(0, GROUPS_MAX)
    : 1;
  const groups = Math.max(parameters.member('num_class').integer(0, GROUPS_MAX), targets, 1);
  const missing = state.optional('missing')?.number() ?? Number.NaN;
  const ownRounds = booster.optional('best_iteration')?.integer(0) ?? null;
  const attribute = document.member('attributes').member('best_iteration');
  const noted = attribute.exists ? attribute.integer(0, Number.MAX_SAFE_INTEGER) : null;
  const best = ownRounds ?? noted;
  return {
    document,
    columns: parameters.member('num_feature').integer(1, COLUMNS_MAX),
    groups,
    base: readBase(parameters.member('base_score'), groups, objective),
    missing: fround(missing),
    rounds: best === null ? Number.POSITIVE_INFINITY : best + 1,
  };
}

/** `5E-1`, or `[5E-1]` with one an output, as an answer of the objective. */
function readBase(score: DocumentValue, groups: number, objective: Objective): Float64Array {
  const scores = score
    .text()
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map((part) => (part === '' ? Number.NaN : Number(part)));
  if (scores.length !== 1 && scores.length !== groups) throw score.wrong();
  const base = new Float64Array(groups);
  for (let k = 0; k < groups; k++) base[k] = objective.marginOf(fround(scores[scores.length === 1 ? 0 : k]!));
  if (base.some(Number.isNaN)) throw score.wrong();
  return base;
}

function namesOf(document: DocumentValue, columns: number): readonly string[] | null {
  const names = document.member('feature_names');
  return names.exists && names.length === columns ? names.items().map((name) => name.text()) : null;
}

/** The rows as float32, and NaN for everything that is missing. */
function toFloat32(X: Matrix, missing: number): Float32Array {
  const rows = new Float32Array(X.data);
  if (!Number.isNaN(missing)) {
    for (let i = 0; i < rows.length; i++) if (rows[i] === missing) rows[i] = Number.NaN;
  }
  return rows;
}

interface Margins {
  readonly fill: Fill;
  readonly apply: FittedMethod | null;
}

function readTreeBooster(booster: ObjectState, learner: Learner, kind: string): Margins | null {
  const outer = learner.document.member('gradient_booster');
  const isDart = kind === 'dart';
  const model = treesOf(learner, kind);
  const all = model.member('trees').items();
  if (all.some((tree) => tree.member('tree_param').member('size_leaf_vector').integer(0, GROUPS_MAX) > 1)) {
    booster.refuse('handle', 'trees of several outputs (multi_strategy="multi_output_tree")');
    return null;
  }
  const perRound = model.member('gbtree_model_param').member('num_parallel_tree');
  // From 1.3 on.
  const parallel = perRound.exists ? perRound.integer(0, TREES_MAX) : 1;
  const count = Math.min(all.length, learner.rounds * Math.max(parallel, 1) * learner.groups);
  const trees = readXgboostTrees(all.slice(0, count), learner.columns);
  const group = model.member('tree_info').integers(0, learner.groups - 1, all.length);
  const weights = isDart ? outer.member('weight_drop').numbers(all.length) : null;
  return {
    fill: sumOf(learner, trees, group, weights),
    apply: {
      // XGBoost drops the second dimension of one tree.
      shape: count === 1 ? [-1] : [-1, count],
      datatype: 'FP64',
      run: (X) => {
        const rows = toFloat32(X, learner.missing);
        const data = new Float64Array(X.rows * count);
        for (const [t, root] of trees.roots.entries()) {
          for (let i = 0; i < X.rows; i++)
            data[i * count + t] = findXgboostLeaf(trees, root, rows, i * learner.columns) - root;
        }
        const shape = count === 1 ? [X.rows] : [X.rows, count];
        return { kind: 'numbers', data, shape, integer: false };
      },
    },
  };
}

function treesOf({ document }: Learner, kind: string): DocumentValue {
  const outer = document.member('gradient_booster');
  return (kind === 'dart' ? outer.member('gbtree') : outer).member('model');
}

/**
 * The categories of the columns of a data frame: from 3.1 on with their values. Before that only the names of the
 * columns say that there was a frame, and which value had which code nobody knows any more.
 */
function readFrame(
  state: ObjectState,
  booster: ObjectState,
  learner: Learner,
  kind: string,
): FrameCategories | null {
  const noted = treesOf(learner, kind).member('cats');
  if (!noted.exists) {
    if (namesCategories(learner.document))
      booster.refuse('handle', 'categories of a data frame, whose values XGBoost does not keep before 3.1');
    return null;
  }
  const each = noted.member('enc').items();
  const categories = new Map<number, readonly Label[]>();
  for (const [column, encoded] of each.entries()) {
    const values = categoriesOf(encoded);
    if (values === null) booster.refuse('handle', 'categories that are not written in ASCII');
    else if (values.length > 0 && column < learner.columns) categories.set(column, values);
  }
  if (categories.size === 0) return null;
  return createFrameCategories(state.className, learner.columns, categories, 'refused');
}

function namesCategories(document: DocumentValue): boolean {
  const types = document.member('feature_types');
  if (!types.exists || document.member('feature_names').length === 0) return false;
  return types.items().some((type) => type.text() === 'c');
}

/** Numbers, or texts one after another with where each begins; XGBoost cuts others than those of ASCII wrongly. */
function categoriesOf(encoded: DocumentValue): readonly Label[] | null {
  const values = encoded.member('values');
  const count = values.length;
  const offsets = encoded.member('offsets');
  if (!offsets.exists) return [...values.numbers(count)];
  if (offsets.length === 0) return [];
  const letters = values.integers(-128, 255, count);
  if (letters.some((letter) => letter < 0 || letter > 127)) return null;
  const starts = offsets.integers(0, count, offsets.length);
  return Array.from(starts.subarray(1), (end, i) => {
    let name = '';
    for (let at = starts[i]!; at < end; at++) name += String.fromCharCode(letters[at]!);
    return name;
  });
}

function applyOver(frame: FrameCategories, method: FittedMethod): FittedMethod {
  return { ...method, run: (X) => method.run(frame.encode(X)) };
}

/** Tree by tree on top of the base. The trees that dart has dropped count with their weight, without the base. */
function sumOf(
  { base, groups, columns, missing }: Learner,
  trees: XgboostTrees,
  group: Float64Array,
  weights: Float64Array | null,
): Fill {
  const packed = packXgboostTrees(trees);
  const added = (leaf: number, t: number): number => {
    if (weights === null) return leaf;
    const start = base[group[t]!]!;
    return fround(fround(fround(start + leaf) - start) * fround(weights[t]!));
  };
  return (X, out) => {
    for (let i = 0; i < X.rows * groups; i++) out[i] = base[i % groups]!;
    if (packed !== null) {
      const { leafValues } = packed;
      visitLeaves(packed.trees, withNaN(X, missing), {
        ofTree: (leaves, t, first) => {
          for (let i = 0, to = first * groups + group[t]!; i < leaves.length; i++, to += groups) {
            out[to] = fround(out[to]! + added(leafValues[leaves[i]!]!, t));
          }
        },
        ofRow: (leaves, row) => {
          for (let t = 0; t < leaves.length; t++) {
            const to = row * groups + group[t]!;
            out[to] = fround(out[to]! + added(leafValues[leaves[t]!]!, t));
          }
        },
      });
      return;
    }
    const rows = toFloat32(X, missing);
    for (let t = 0; t < trees.roots.length; t++) {
      const root = trees.roots[t]!;
      for (let i = 0, to = group[t]!; i < X.rows; i++, to += groups) {
        const leaf = trees.threshold[findXgboostLeaf(trees, root, rows, i * columns)]!;
        out[to] = fround(out[to]! + added(leaf, t));
      }
    }
  };
}

/** NaN for everything that is missing. */
function withNaN(X: Matrix, missing: number): Matrix {
  if (Number.isNaN(missing)) return X;
  return { ...X, data: X.data.map((value) => (fround(value) === missing ? Number.NaN : value)) };
}

/** (columns + 1, groups) weights, those of the bias last. */
function readLinear({ document, columns, groups, base, missing }: Learner): Margins {
  const model = document.member('gradient_booster').member('model');
  const weights = model
    .member('weights')
    .numbers((columns + 1) * groups)
    .map(fround);
  return {
    apply: null,
    fill: (X, out) => {
      const rows = toFloat32(X, missing);
      for (let i = 0; i < X.rows; i++) {
        for (let k = 0; k < groups; k++) {
          let sum = fround(weights[columns * groups + k]! + base[0]!);
          for (let j = 0; j < columns; j++) {
            const value = rows[i * columns + j]!;
            if (!Number.isNaN(value)) sum = fround(sum + fround(value * weights[j * groups + k]!));
          }
          out[i * groups + k] = sum;
        }
      }
    },
  };
}
