/** Measures and attributes of the part and of a design beside each other, and by how much they differ. */
import type { Design, RecommendationResponse } from '@chamfer/contracts';
import type { ReactElement } from 'react';
import { type ComparisonRow, compareMeasures, compareNumbers } from './compare-measures.ts';
import classes from './comparison-table.module.css';
import { formatAttributeName, formatName, formatProbability } from './format.ts';

export interface ComparisonTableProps {
  readonly query: RecommendationResponse['query'];
  /** The part's own entry in the catalogue, where it has one. */
  readonly partDesign: Design | undefined;
  readonly design: Design;
}

/** All digits that were given, without those that subtracting adds. */
function formatPlain(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** The kind, then each attribute that either side has. */
function compareAttributes({ query, partDesign, design }: ComparisonTableProps): readonly ComparisonRow[] {
  const row = (label: string, part: string, other: string): ComparisonRow => ({
    label,
    part,
    design: other,
    difference: undefined,
    percent: undefined,
    isSame: part === other,
  });
  const likeliest = query.kinds[0];
  const guess =
    likeliest === undefined
      ? '–'
      : `${formatName(likeliest.kind)} (${formatProbability(likeliest.probability)})`;
  const kind = partDesign === undefined ? guess : formatName(partDesign.kind);
  const keys = new Set([...Object.keys(partDesign?.attributes ?? {}), ...Object.keys(design.attributes)]);
  return [
    row('Kind', kind, formatName(design.kind)),
    ...[...keys].map((key) => {
      const label = formatAttributeName(key);
      const [own, other] = [partDesign?.attributes[key], design.attributes[key]];
      if (typeof own === 'number' && typeof other === 'number')
        return compareNumbers(label, own, other, formatPlain);
      return row(label, String(own ?? '–'), String(other ?? '–'));
    }),
  ];
}

function Row({ label, part, design, difference, percent, isSame }: ComparisonRow): ReactElement {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{part}</td>
      <td>{design}</td>
      <td className={classes.difference}>
        {isSame && <span className={classes.same}>same</span>}
        {difference !== undefined && <span>{difference}</span>}
        {percent !== undefined && <span className={classes.percent}>{percent}</span>}
      </td>
    </tr>
  );
}

export function ComparisonTable(props: ComparisonTableProps): ReactElement {
  const rows = [...compareMeasures(props.query.measures, props.design.measures), ...compareAttributes(props)];
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Measures and attributes of your part and the design</caption>
      <thead>
        <tr>
          <td />
          <th scope="col" className={classes.part}>
            Your part
          </th>
          <th scope="col" className={classes.design}>
            Design
          </th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.label} {...row} />
        ))}
      </tbody>
    </table>
  );
}
