/**
 * `npm run document`: makes the tables of docs/reference that follow from the code and the recorded models anew. Also
 * resolves a merge that left its marks inside of one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  ESTIMATORS_DOCUMENT,
  remarksOf,
  surveyRecorded,
  withEstimatorsTable,
  withGenerated,
} from './estimators-table.ts';
import { LIMITS_DOCUMENT, limitsTables } from './limits-table.ts';

const recorded = await surveyRecorded();
const estimators = readFileSync(ESTIMATORS_DOCUMENT, 'utf8');
writeFileSync(ESTIMATORS_DOCUMENT, withEstimatorsTable(estimators, recorded));
for (const [className, remarks] of remarksOf(estimators)) {
  if (remarks.length > 1) console.log(`${className}: "${remarks.at(-1)}" stays, "${remarks[0]}" does not`);
}
writeFileSync(LIMITS_DOCUMENT, withGenerated(readFileSync(LIMITS_DOCUMENT, 'utf8'), limitsTables()));
