/** What the reader of the file noticed and put right, in its own words. */
import type { RecommendationResponse } from '@chamfer/contracts';
import type { ReactElement } from 'react';
import { formatSentence } from './format.ts';
import { Icon } from './icons.tsx';
import { Prose } from './prose.tsx';
import classes from './warning-list.module.css';

export function WarningList({
  warnings,
}: {
  warnings: RecommendationResponse['query']['warnings'];
}): ReactElement | null {
  if (warnings.length === 0) return null;
  return (
    <ul className={classes.warnings} aria-label="Warnings">
      {warnings.map(({ code, message }) => (
        <li key={code}>
          <Icon name="warning" />
          <div>
            <Prose text={formatSentence(message)} />
          </div>
        </li>
      ))}
    </ul>
  );
}
