/** Every attack of the corpus. */
import { ARRAYS } from './arrays.ts';
import type { Attack } from './attack.ts';
import { BOMBS } from './bombs.ts';
import { BOOSTERS, NO_BOOSTERS } from './boosters.ts';
import { BROKEN_STREAMS } from './broken-streams.ts';
import { ESTIMATORS } from './estimators.ts';
import { CALLS_IN_DISGUISE, NAMES_THAT_RUN, POLLUTION } from './names-that-run.ts';
import { NPY_FILES } from './npy-files.ts';
import { OTHER_FILES } from './other-files.ts';

export const ATTACKS: readonly Attack[] = [
  ...NAMES_THAT_RUN,
  ...CALLS_IN_DISGUISE,
  ...POLLUTION,
  ...BROKEN_STREAMS,
  ...BOMBS,
  ...ARRAYS,
  ...NPY_FILES,
  ...ESTIMATORS,
  ...BOOSTERS,
  ...NO_BOOSTERS,
  ...OTHER_FILES,
];
