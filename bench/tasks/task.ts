/** What one row of the tables asks of every peer. */
export interface Task {
  /** Short and without spaces: what `--tasks` and the results call it. */
  readonly name: string;
  readonly title: string;
  /** Name of one of the models that `make-models.py` writes. */
  readonly model: string;
  readonly rows: number;
  /** `short`: two decimals, as people type them. `full`: up to 17 digits, as programs print doubles. */
  readonly digits: 'short' | 'full';
}
