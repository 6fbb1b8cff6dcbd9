/** Holds docs/reference/estimators.md to the recorded models of every version. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  ESTIMATORS_DOCUMENT,
  roundedUp,
  surveyRecorded,
  withEstimatorsTable,
} from '../../scripts/estimators-table.ts';

/** Two with NumPy 1, between which trees and losses changed, two with NumPy 2. */
const VERSIONS = ['1.2.2', '1.4.1.post1', '1.6.1', '1.9.1'];

const document = readFileSync(ESTIMATORS_DOCUMENT, 'utf8');
const recorded = await surveyRecorded();

/** The last columns by class: the worst difference and the remark. */
const documented = new Map(
  Array.from(
    document.matchAll(/^\| `(\w+)` \| `([\w.]+)` \|.*\| (\S+) \| ([^|]*) \|$/gm),
    ([, name, module, worst, remark]) => [`${module} ${name}`, { worst: Number(worst), remark: remark! }],
  ),
);

test('no answer differs by more than the document says', () => {
  const worse = [...recorded].filter(([name, { worst }]) => worst > documented.get(name)!.worst);
  expect(worse.map(([name, { worst }]) => `${name}: ${worst}`)).toEqual([]);
});

// Another processor may round the last digit otherwise, so what the document allows stands here.
test('the rest of the table is what `npm run document` makes', () => {
  const allowed = new Map(
    Array.from(recorded, ([name, one]) => [name, { ...one, worst: documented.get(name)!.worst }]),
  );
  expect(withEstimatorsTable(document, allowed)).toBe(document);
});

test('every method that a class has here was recorded, in each of the versions', () => {
  const unrecorded = [...recorded].flatMap(([name, { versions }]) =>
    Array.from(versions, ([version, { offered, asked }]) => [
      name,
      version,
      ...[...offered].filter((method) => !asked.has(method)),
    ]),
  );
  const wanted = unrecorded.filter(([, version]) => VERSIONS.includes(version!));
  expect(wanted.filter(([, , ...methods]) => methods.length > 0)).toEqual([]);
});

test('every class was recorded with each of the versions that have it', () => {
  const missing = Array.from(documented, ([name, { remark }]) => {
    const first = Number(/(?:^|; )from 1\.(\d+) on/.exec(remark)?.[1] ?? 0);
    const wanted = VERSIONS.filter((version) => Number(version.split('.')[1]) >= first);
    return [name, ...wanted.filter((version) => !recorded.get(name)?.versions.has(version))];
  });
  expect(missing.filter(([, ...versions]) => versions.length > 0)).toEqual([]);
});

test('differences are rounded up', () => {
  expect([0, 1e-15, 1.1e-15, 9.9e-10].map(roundedUp)).toEqual(['0', '1e-15', '1e-14', '1e-9']);
});
