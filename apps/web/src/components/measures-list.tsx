/** The measures of one part, as a list of names and values. */
import type { Measures } from '@chamfer/contracts';
import type { ReactElement } from 'react';
import { formatArea, formatCount, formatSize, formatVolume } from './format.ts';
import classes from './measures-list.module.css';

export function MeasuresList({ measures }: { measures: Measures }): ReactElement {
  const { sizeMm, areaMm2, volumeMm3, triangles } = measures;
  const rows: [string, string][] = [
    ['Size', formatSize(sizeMm)],
    ['Surface area', formatArea(areaMm2)],
    ['Volume', volumeMm3 === null ? 'not closed, so unknown' : formatVolume(volumeMm3)],
    ['Triangles', formatCount(triangles)],
  ];
  return (
    <dl className={classes.list}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
