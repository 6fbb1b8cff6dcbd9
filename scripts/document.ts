/**
 * `npm run document`: makes the tables of docs/reference that follow from the code and the recorded models anew. Also
 * resolves a merge that left its marks inside of one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  ESTIMATORS_DOCUMENT,
  surveyRecorded,
  withEstimatorsTable,
  withGenerated,
} from './estimators-table.ts';
import { LIMITS_DOCUMENT, limitsTables } from './limits-table.ts';

const recorded = await surveyRecorded();
writeFileSync(ESTIMATORS_DOCUMENT, withEstimatorsTable(readFileSync(ESTIMATORS_DOCUMENT, 'utf8'), recorded));
writeFileSync(LIMITS_DOCUMENT, withGenerated(readFileSync(LIMITS_DOCUMENT, 'utf8'), limitsTables()));
