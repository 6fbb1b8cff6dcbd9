/** What XGBoost and LightGBM keep inside their pickles, XGBoost's documents and LightGBM's text, made to lie. */
import { type Attack, attacksOf } from './attack.ts';
import { bytes, dict, global, int, ints, little, object, pickle, text } from './pickle-writer.ts';

function xgboost(document: string): string {
  const booster = object(global('xgboost.core', 'Booster'), { handle: bytes(document) });
  return pickle(
    object(global('xgboost.sklearn', 'XGBRegressor'), {
      _Booster: booster,
      n_estimators: int(1),
      objective: text('reg:squarederror'),
    }),
  );
}

function lightgbm(model: string): string {
  const booster = object(global('lightgbm.basic', 'Booster'), {
    _handle: text(model),
    best_iteration: int(-1),
  });
  return pickle(
    object(global('lightgbm.sklearn', 'LGBMRegressor'), {
      _Booster: booster,
      _n_features: int(2),
      _n_classes: int(1),
      _classes: ints([0, 1]),
    }),
  );
}

/** A sound model of one tree; lines of the tree can be changed. */
function lightgbmText(
  changes: Readonly<Record<string, string>> = {},
  header: Readonly<Record<string, string>> = {},
): string {
  const head = {
    version: 'v4',
    num_class: '1',
    num_tree_per_iteration: '1',
    label_index: '0',
    max_feature_idx: '1',
    objective: 'regression',
    feature_names: 'a b',
    feature_infos: '[0:1] [0:1]',
    ...header,
  };
  const one = {
    num_leaves: '2',
    num_cat: '0',
    split_feature: '0',
    split_gain: '1',
    threshold: '0.5',
    decision_type: '2',
    left_child: '-1',
    right_child: '-2',
    leaf_value: '1 2',
    leaf_weight: '1 1',
    leaf_count: '1 1',
    internal_value: '0',
    internal_weight: '0',
    internal_count: '2',
    is_linear: '0',
    shrinkage: '1',
    ...changes,
  };
  const lines = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  return `tree\n${lines(head)}\nTree=0\n${lines(one)}\nend of trees\n`;
}

const changed = (changes: Readonly<Record<string, string>>, header = {}): string =>
  lightgbm(lightgbmText(changes, header));
const wrong = / (at|of|in) .*_Booster\._?handle|^_Booster\._?handle.* (is missing|should be)/;

export const BOOSTERS: readonly Attack[] = [
  ...attacksOf(null, [
    [
      'LightGBM: the model that the others change',
      'nothing: it shows that the changes are what is refused',
      () => lightgbm(lightgbmText()),
      /^$/,
    ],
  ]),
  ...attacksOf('ESTIMATOR_MALFORMED', [
    ['XGBoost: nothing', 'reads past the end', () => xgboost(''), wrong],
    ['XGBoost: nesting without end', 'recursion', () => xgboost(`{${'i\x01a{'.repeat(50_000)}`), wrong],
    [
      'XGBoost: lists in lists without end',
      'recursion',
      () => xgboost(`{i\x05Model${'['.repeat(100_000)}`),
      wrong,
    ],
    ['XGBoost: JSON nested without end', 'recursion', () => xgboost(`{"a":${'['.repeat(50_000)}`), wrong],
    [
      'XGBoost: an array of 2 to the 31 numbers',
      'memory',
      () => xgboost('{i\x05Model[$d#l\x7f\xff\xff\xff}'),
      wrong,
    ],
    [
      'XGBoost: an array of 2 to the 63 numbers',
      'overflows the size',
      () => xgboost('{i\x05Model[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff}'),
      wrong,
    ],
    [
      'XGBoost: very many values of no bytes',
      'memory: nulls take no bytes of the file',
      () => xgboost('{i\x05Model[$Z#l\x7f\xff\xff\xff}'),
      wrong,
    ],
    ['XGBoost: a negative length', 'reads before the start', () => xgboost('{i\xffModel}'), wrong],
    [
      'XGBoost: the prototype of everything',
      'reaches every object of JavaScript',
      () => xgboost('{"Model":{"__proto__":{"learner":{}}}}'),
      wrong,
    ],
    ['XGBoost: a name twice', 'two readers see two models', () => xgboost('{i\x01aTi\x01aF}'), wrong],
    ['XGBoost: something after the end', 'hides data', () => xgboost('{}\0'), wrong],
    ['XGBoost: a model without a learner', 'reads what is not there', () => xgboost('{"Model":{}}'), wrong],
    ['LightGBM: nothing', 'reads past the end', () => lightgbm(''), wrong],
    [
      'LightGBM: no trees',
      'reads what is not there',
      () => lightgbm('tree\nversion=v4\nend of trees\n'),
      wrong,
    ],
    [
      'LightGBM: a node that is its own child',
      'a walk without end',
      () => changed({ left_child: '0' }),
      wrong,
    ],
    ['LightGBM: a child out of range', 'reads past the end', () => changed({ left_child: '7' }), wrong],
    ['LightGBM: a leaf out of range', 'reads past the end', () => changed({ right_child: '-9' }), wrong],
    ['LightGBM: a column out of range', 'reads the next row', () => changed({ split_feature: '2' }), wrong],
    ['LightGBM: a negative column', 'reads the row before', () => changed({ split_feature: '-1' }), wrong],
    ['LightGBM: fewer values than leaves', 'reads past the end', () => changed({ leaf_value: '1' }), wrong],
    ['LightGBM: more leaves than nodes', 'memory', () => changed({ num_leaves: '2147483647' }), wrong],
    [
      'LightGBM: a threshold that is no number',
      'every comparison fails',
      () => changed({ threshold: 'nan' }),
      wrong,
    ],
    [
      'LightGBM: columns by the billion',
      'memory',
      () => changed({}, { max_feature_idx: '4294967295' }),
      wrong,
    ],
    [
      'LightGBM: classes by the billion',
      'memory',
      () => changed({}, { num_tree_per_iteration: '4294967295' }),
      wrong,
    ],
    [
      'LightGBM: a category set out of range',
      'reads past the end',
      () =>
        changed({
          num_cat: '1',
          decision_type: '1',
          threshold: '5',
          cat_boundaries: '0 1',
          cat_threshold: '1',
        }),
      wrong,
    ],
  ]),
  ...attacksOf('ESTIMATOR_UNSUPPORTED', [
    [
      'XGBoost: the binary format of before 1.0',
      'an unknown layout',
      () => xgboost(`binf${little(63, 4)}`),
      /binary|format|UBJSON|JSON/,
    ],
  ]),
];

/** Kept beside: state that is no model at all. */
export const NO_BOOSTERS: readonly Attack[] = attacksOf('ESTIMATOR_MALFORMED', [
  [
    'XGBoost: a booster that is a dict',
    'confuses two types',
    () =>
      pickle(object(global('xgboost.sklearn', 'XGBRegressor'), { _Booster: dict({ handle: bytes('{}') }) })),
    /_Booster should be an object/,
  ],
  [
    'LightGBM: a booster that is a number',
    'confuses two types',
    () => pickle(object(global('lightgbm.sklearn', 'LGBMRegressor'), { _Booster: int(5) })),
    /_Booster should be an object/,
  ],
]);
