/** The rows of a comparison: measures of the part and of a design, and by how much they differ. */
import type { Measures } from '@chamfer/contracts';
import { areaFormat, formatCount, formatLength, volumeFormat } from './format.ts';

export interface ComparisonRow {
  readonly label: string;
  readonly part: string;
  readonly design: string;
  /** From part to design, such as `+1.2 mm`; absent where there is nothing to subtract. */
  readonly difference: string | undefined;
  /** The same as a share of the part, such as `+8.3 %`. */
  readonly percent: string | undefined;
  readonly isSame: boolean;
}

/** Below this the two are called the same: meshes of one part differ by their facets. */
const SAME_SHARE = 0.0005;

function withSign(value: number, text: string): string {
  return value < 0 ? `−${text}` : `+${text}`;
}

export function formatPercent(share: number): string {
  const percent = Math.abs(share) * 100;
  const digits = percent >= 1000 ? 0 : percent >= 10 ? 0 : 1;
  return `${withSign(share, percent.toLocaleString('en', { maximumFractionDigits: digits }))} %`;
}

/** One row of two numbers; `null` reads as `absent` and is not compared. */
export function compareNumbers(
  label: string,
  part: number | null,
  design: number | null,
  format: (value: number) => string,
  absent = '–',
): ComparisonRow {
  const words = (value: number | null) => (value === null ? absent : format(value));
  const row = { label, part: words(part), design: words(design) };
  if (part === null || design === null) {
    return { ...row, difference: undefined, percent: undefined, isSame: false };
  }
  const difference = design - part;
  const isSame = Math.abs(difference) <= SAME_SHARE * Math.max(Math.abs(part), Math.abs(design));
  return {
    ...row,
    difference: isSame ? undefined : withSign(difference, format(Math.abs(difference))),
    percent: isSame || part === 0 ? undefined : formatPercent(difference / Math.abs(part)),
    isSame,
  };
}

/** Sides are compared in order of length: the two may lie differently in their files. */
export function compareMeasures(part: Measures, design: Measures): readonly ComparisonRow[] {
  const descending = (sizeMm: readonly number[]) => sizeMm.toSorted((a, b) => b - a);
  const [partSides, designSides] = [descending(part.sizeMm), descending(design.sizeMm)];
  const largestVolume = Math.max(part.volumeMm3 ?? 0, design.volumeMm3 ?? 0);
  const sides = ['Longest side', 'Middle side', 'Shortest side'].map((label, index) =>
    compareNumbers(label, partSides[index]!, designSides[index]!, formatLength),
  );
  return [
    ...sides,
    compareNumbers(
      'Surface area',
      part.areaMm2,
      design.areaMm2,
      areaFormat(Math.max(part.areaMm2, design.areaMm2)),
    ),
    compareNumbers('Volume', part.volumeMm3, design.volumeMm3, volumeFormat(largestVolume), 'not closed'),
    compareNumbers('Triangles', part.triangles, design.triangles, formatCount),
  ];
}

/** How many times larger the design is, by its longest side, in words. */
export function describeScale(part: Measures, design: Measures): string {
  const ratio = Math.max(...design.sizeMm) / Math.max(...part.sizeMm);
  if (!Number.isFinite(ratio) || ratio === 0) return 'The sizes cannot be compared.';
  if (Math.abs(ratio - 1) < 0.02) return 'Both are the same size.';
  const times = (value: number) =>
    value.toLocaleString('en', { maximumFractionDigits: value < 2 ? 2 : value < 10 ? 1 : 0 });
  return ratio > 1
    ? `The design is ${times(ratio)} times as large.`
    : `The design is ${times(1 / ratio)} times smaller.`;
}
