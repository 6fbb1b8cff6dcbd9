/** The picture of a design, in a place that keeps its size while the picture loads or where it is missing. */
import { type ReactElement, useState } from 'react';
import classes from './thumbnail.module.css';

export function Thumbnail({
  url,
  className = '',
}: {
  url: string;
  className?: string | undefined;
}): ReactElement {
  const [missingUrl, setMissingUrl] = useState<string>();
  return (
    <span className={`${classes.thumbnail} ${className}`}>
      {missingUrl === url ? (
        <span className={classes.missing}>no picture</span>
      ) : (
        <img
          src={url}
          width="256"
          height="256"
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setMissingUrl(url)}
        />
      )}
    </span>
  );
}
