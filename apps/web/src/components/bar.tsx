/** A share from 0 to 1 as a bar; the number stands beside it in the text, so readers skip the bar. */
import type { CSSProperties, ReactElement } from 'react';
import classes from './bar.module.css';

export function Bar({ share, tone }: { share: number; tone: 'accent' | 'steel' }): ReactElement {
  const style = { '--share': Math.min(1, Math.max(0, share)), '--tone': `var(--${tone})` } as CSSProperties;
  return <span className={classes.bar} style={style} aria-hidden="true" />;
}
