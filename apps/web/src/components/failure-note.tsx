/** A failure as the page says it: what, where, and what to do next. */
import type { ReactElement, ReactNode } from 'react';
import type { Failure } from '../api/failure.ts';
import classes from './failure-note.module.css';
import { formatSentence } from './format.ts';
import { Icon } from './icons.tsx';
import { Prose } from './prose.tsx';

export interface FailureNoteProps {
  readonly failure: Failure;
  /** What can be done at once, as buttons. */
  readonly children?: ReactNode;
}

export function FailureNote({ failure, children }: FailureNoteProps): ReactElement {
  const { title, detail, place, nextStep, incident } = failure;
  return (
    <section className={classes.note} role="alert" data-testid="problem">
      <span className={classes.icon}>
        <Icon name="warning" size="1.5rem" />
      </span>
      <div className={classes.words}>
        <h2>{title}</h2>
        <Prose text={formatSentence(detail)} />
        {(place ?? incident) !== undefined && (
          <dl>
            {place !== undefined && (
              <div>
                <dt>Where</dt>
                <dd>{place}</dd>
              </div>
            )}
            {incident !== undefined && (
              <div>
                <dt>Incident</dt>
                <dd>{incident}</dd>
              </div>
            )}
          </dl>
        )}
        <p className={classes.next}>{nextStep}</p>
        {children !== undefined && <div className={classes.actions}>{children}</div>}
      </div>
    </section>
  );
}
