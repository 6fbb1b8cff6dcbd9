/** What one row of the tables asks of every peer. */
import type { Format } from '../peers/peer.ts';

export interface Task {
  /** Short and without spaces: what `--tasks` and the results call it. */
  readonly name: string;
  readonly title: string;
  /** Name of one of the models that `make-models.py` writes. */
  readonly model: string;
  /** `predict` unless it says so. */
  readonly method?: string;
  /** Asked for in this format by those who speak it, else as usual. */
  readonly format?: Format;
  /** Where they are not as many as the run has. */
  readonly connections?: number;
  readonly rows: number;
  /** `short`: two decimals, as people type them. `full`: up to 17 digits, as programs print doubles. */
  readonly digits: 'short' | 'full';
}
