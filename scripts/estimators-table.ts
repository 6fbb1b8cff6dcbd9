/**
 * The table of docs/reference/estimators.md: classes, modules and order are those of the registry; methods, versions
 * and differences those of the recorded models; remarks are what people wrote into it. Refuses a recorded answer
 * that is not answered.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareCases } from '../apps/cli/src/parity/compare-cases.ts';
import { parseCases } from '../apps/cli/src/parity/parse-cases.ts';
import { loadEstimator } from '../packages/sklearn/src/estimators/load-estimator.ts';
import { ESTIMATOR_GLOBALS, ESTIMATORS } from '../packages/sklearn/src/estimators/registry.ts';
import type { MethodName } from '../packages/sklearn/src/model.ts';
import { readPickle } from '../packages/sklearn/src/pickle/read-pickle.ts';
import { isKind } from '../packages/sklearn/src/pickle/value.ts';
import { createModel } from '../packages/sklearn/src/read-model.ts';
import { repositoryRoot } from './pinned-node.mjs';

export const ESTIMATORS_DOCUMENT: string = join(repositoryRoot, 'docs/reference/estimators.md');
const FIXTURES = join(repositoryRoot, 'packages/sklearn/fixtures/estimators');
const RTOL = 1e-9;

/** What stands around the generated part of a document. */
export const MADE_FROM_HERE =
  '<!-- Made by `npm run document` from here: write nothing but remarks in it. -->';
export const MADE_TO_HERE = '<!-- Made by `npm run document` to here. -->';

/** As scikit-learn's documentation lists them; others follow in the order in which they are recorded. */
const METHOD_ORDER: readonly MethodName[] = [
  'predict',
  'predict_proba',
  'predict_log_proba',
  'decision_function',
  'transform',
  'inverse_transform',
  'score_samples',
  'kneighbors',
  'apply',
];

/** What the recorded models of one class show. */
export interface Recorded {
  /** The methods by version: those that its models have here, and those that were recorded. */
  readonly versions: Map<string, { readonly offered: Set<string>; readonly asked: Set<string> }>;
  /** Largest difference over all versions. */
  worst: number;
}

/** Folders of recorded models, oldest version first. */
export function recordedVersions(): readonly string[] {
  const versions = readdirSync(FIXTURES).filter((name) => /^\d/.test(name));
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Asks every recorded model for all of its cases. Throws everything that is answered otherwise. */
export async function surveyRecorded(): Promise<ReadonlyMap<string, Recorded>> {
  const byClass = new Map<string, Recorded>();
  const wrong: string[] = [];
  for (const version of recordedVersions()) {
    for (const name of readdirSync(join(FIXTURES, version))) {
      const folder = join(FIXTURES, version, name);
      if (!existsSync(join(folder, 'cases.json'))) continue;
      const { root } = await readPickle(readFileSync(join(folder, 'model.pkl')), {
        allowed: ESTIMATOR_GLOBALS,
      });
      const model = createModel(loadEstimator(root));
      const key = isKind(root, 'object') ? keyOf(root.global.module, root.global.name) : '';
      const { signature } = model;
      const recorded = byClass.get(key) ?? { versions: new Map(), worst: 0 };
      byClass.set(key, recorded);
      const methods = recorded.versions.get(version) ?? { offered: new Set(), asked: new Set() };
      recorded.versions.set(version, methods);
      for (const method of Object.keys(signature.methods)) methods.offered.add(method);
      const cases = parseCases(readFileSync(join(folder, 'cases.json'), 'utf8'));
      for (const { method, worst, verdict, detail } of compareCases(model, cases, RTOL)) {
        if (verdict !== 'same') wrong.push(`${version}/${name} ${method}: ${detail}`);
        methods.asked.add(method);
        recorded.worst = Math.max(recorded.worst, worst);
      }
    }
  }
  if (wrong.length > 0) throw new Error(`Recorded answers are answered otherwise:\n${wrong.join('\n')}`);
  return byClass;
}

/** Classes of different libraries share names. */
function keyOf(module: string, className: string): string {
  return `${module} ${className}`;
}

/** The remarks that people wrote, by module and class; several where a merge left its marks in the table, the last one counts. */
export function remarksOf(document: string): ReadonlyMap<string, readonly string[]> {
  const rows = Array.from(
    document.matchAll(/^\| `(\w+)` \| `([\w.]+)` \|.*?\| ([^|]*) \|$/gm),
    ([, className, module, remark]) => ({
      key: keyOf(module!, className!),
      remark: remark!.trim(),
    }),
  );
  const byClass = Map.groupBy(rows, ({ key }) => key);
  return new Map(Array.from(byClass, ([key, own]) => [key, [...new Set(own.map(({ remark }) => remark))]]));
}

/** Without the last number. */
function shortened(version: string): string {
  return version.split('.', 2).join('.');
}

/** A difference, rounded up to a power of ten: the last digits are of the processor. */
export function roundedUp(worst: number): string {
  return worst === 0 ? '0' : `1e${Math.ceil(Math.log10(worst))}`;
}

function inOrder(methods: ReadonlySet<string>): readonly string[] {
  const known = METHOD_ORDER.filter((method) => methods.has(method));
  return [...new Set([...known, ...methods])];
}

function inCode(words: Iterable<string>): string {
  return Array.from(words, (word) => `\`${word}\``).join(' ');
}

/** The document with its table made anew. */
export function withEstimatorsTable(document: string, recorded: ReadonlyMap<string, Recorded>): string {
  const remarks = remarksOf(document);
  const rows = Array.from(ESTIMATORS.values(), ({ className, module }) => {
    const key = keyOf(module, className);
    const { versions, worst } = recorded.get(key) ?? { versions: new Map(), worst: 0 };
    const methods = new Set([...versions.values()].flatMap(({ asked }) => [...asked]));
    const cells = [
      inCode([className]),
      inCode([module]),
      inCode(inOrder(methods)),
      Array.from(versions.keys(), shortened).join(' '),
      roundedUp(worst),
      remarks.get(key)?.at(-1) ?? '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return withGenerated(document, [
    `Recorded with scikit-learn ${recordedVersions().join(', ')}.`,
    '',
    '| class | module | methods | recorded with | worst | remarks |',
    '|---|---|---|---|---|---|',
    ...rows,
  ]);
}

/** Replaces what stands between the two marks. */
export function withGenerated(document: string, lines: readonly string[]): string {
  const [from, to] = [document.indexOf(MADE_FROM_HERE), document.lastIndexOf(MADE_TO_HERE)];
  if (from === -1 || to < from)
    throw new Error(`The document lacks "${MADE_FROM_HERE}" or "${MADE_TO_HERE}".`);
  return `${document.slice(0, from)}${[MADE_FROM_HERE, ...lines, ''].join('\n')}${document.slice(to)}`;
}
