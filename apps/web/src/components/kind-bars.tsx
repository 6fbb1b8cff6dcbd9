/** What kind of part it is: the likeliest kind first, each with its probability. */
import type { RecommendationResponse } from '@chamfer/contracts';
import type { ReactElement } from 'react';
import { Bar } from './bar.tsx';
import { formatName, formatProbability } from './format.ts';
import classes from './kind-bars.module.css';

type Kinds = RecommendationResponse['query']['kinds'];

/** More than these say nothing: the rest shares what little is left. */
const KINDS_SHOWN = 3;
/** Below this the classifier itself is in doubt, and the page says so. */
const PROBABILITY_SURE = 0.5;

export function KindBars({ kinds }: { kinds: Kinds }): ReactElement {
  const shown = kinds.slice(0, KINDS_SHOWN);
  const isSure = (shown[0]?.probability ?? 0) >= PROBABILITY_SURE;
  return (
    <div className={classes.kinds}>
      <h3>
        Kind of part
        {!isSure && <span className={classes.doubt}>in doubt</span>}
      </h3>
      <ol>
        {shown.map(({ kind, probability }, index) => (
          <li key={kind}>
            <span className={classes.name} data-testid={index === 0 ? 'query-kind' : undefined}>
              {formatName(kind)}
            </span>
            <Bar share={probability} tone="accent" />
            <span className={classes.number}>{formatProbability(probability)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
