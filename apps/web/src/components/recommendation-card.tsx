/** One recommended design: picture, name, kind, how much alike, size, licence. A link to the comparison. */
import type { Recommendation } from '@chamfer/contracts';
import type { ReactElement } from 'react';
import { Bar } from './bar.tsx';
import { formatName, formatScore, formatSize, scoreOf } from './format.ts';
import { PartName } from './part-name.tsx';
import classes from './recommendation-card.module.css';
import { Thumbnail } from './thumbnail.tsx';

export interface RecommendationCardProps {
  readonly recommendation: Recommendation;
  readonly href: string;
  /** Whether this design is the very part that was asked about. */
  readonly isSelf: boolean;
}

/** So that the comparison can give the focus back to the card it was opened from. */
export function cardIdOf(designId: string): string {
  return `recommendation-${designId}`;
}

export function RecommendationCard({ recommendation, href, isSelf }: RecommendationCardProps): ReactElement {
  const { rank, score, design } = recommendation;
  return (
    <a className={classes.card} href={href} id={cardIdOf(design.id)} data-testid="recommendation">
      <Thumbnail url={design.thumbnailUrl} className={classes.picture} />
      <span className={classes.rank} title={`Rank ${rank}`}>
        {rank}
      </span>
      <span className={classes.words}>
        <span className={classes.name}>
          <PartName name={design.name} />
        </span>
        <span className={classes.kind}>
          {formatName(design.kind)}
          {isSelf && <span className={classes.self}>this very design</span>}
        </span>
        <span className={classes.score}>
          <Bar share={scoreOf(score) / 100} tone="steel" />
          <span>
            {formatScore(score)}
            <span className="visually-hidden"> of 100 alike</span>
          </span>
        </span>
        <span className={classes.size}>{formatSize(design.measures.sizeMm)}</span>
        <span className={classes.licence}>{design.licence}</span>
      </span>
    </a>
  );
}

/** A card's place while the answer is awaited. */
export function RecommendationCardWaiting(): ReactElement {
  return (
    <span className={`${classes.card} ${classes.waiting}`} aria-hidden="true">
      <span className={classes.picture} />
      <span className={classes.words}>
        <span className={classes.name}>&nbsp;</span>
        <span className={classes.kind}>&nbsp;</span>
        <span className={classes.score}>&nbsp;</span>
        <span className={classes.size}>&nbsp;</span>
        <span className={classes.licence}>&nbsp;</span>
      </span>
    </span>
  );
}
