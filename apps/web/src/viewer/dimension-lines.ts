/** Chooses the three edges of a bounding box along which its size is written, as on a technical drawing. */

export type Point = readonly [number, number, number];

export interface DimensionLine {
  readonly axis: 0 | 1 | 2;
  readonly from: Point;
  readonly to: Point;
  /** From the part's box outwards to both ends of the line. */
  readonly extensions: readonly (readonly [Point, Point])[];
}

/** How far outside the box the lines run, as a share of its largest extent. */
const OFFSET_SHARE = 0.06;
/** How far the extensions reach beyond the line, as a share of that. */
const OVERSHOOT_SHARE = 0.35;

/** The line along `axis` through `corner` of the box, moved out by `outwards`. */
function makeLine(axis: 0 | 1 | 2, corner: Point, outwards: Point): DimensionLine {
  const at = (side: 1 | -1, share: number): Point =>
    [0, 1, 2].map((i) =>
      i === axis ? side * Math.abs(corner[i]!) : corner[i]! + outwards[i]! * share,
    ) as unknown as Point;
  return {
    axis,
    from: at(-1, 1),
    to: at(1, 1),
    extensions: [
      [at(-1, 0.15), at(-1, 1 + OVERSHOOT_SHARE)],
      [at(1, 0.15), at(1, 1 + OVERSHOOT_SHARE)],
    ],
  };
}

/**
 * The lines for a camera that looks from `azimuth` and `elevation` (radians): x and y along the bottom (the
 * top when seen from below) on the side that faces the camera, z along the box's left outline.
 */
export function chooseDimensionLines(
  size: Point,
  azimuth: number,
  elevation: number,
): readonly DimensionLine[] {
  const [x, y, z] = size.map((extent) => extent / 2) as unknown as Point;
  const offset = Math.max(...size) * OFFSET_SHARE;
  const sideX = Math.sin(azimuth) >= 0 ? 1 : -1;
  const sideY = -Math.cos(azimuth) >= 0 ? 1 : -1;
  const level = (elevation >= 0 ? -1 : 1) * z;
  // Of the two corners on the outline, the left one is where screen-right (cos, sin, 0) is smallest.
  const isLeft = Math.cos(azimuth) * sideX * x - Math.sin(azimuth) * sideY * y < 0;
  const [leftX, leftY] = isLeft ? [sideX, -sideY] : [-sideX, sideY];
  return [
    makeLine(0, [x, sideY * y, level], [0, sideY * offset, 0]),
    makeLine(1, [sideX * x, y, level], [sideX * offset, 0, 0]),
    makeLine(2, [leftX * x, leftY * y, z], [leftX * offset * 0.7, leftY * offset * 0.7, 0]),
  ];
}

/** How far the lines reach sideways and downwards from the middle, whichever way the box is turned. */
export function dimensionReach(size: Point, elevation: number): { halfWidth: number; halfHeight: number } {
  const halfWidth =
    Math.hypot(size[0], size[1]) / 2 + Math.max(...size) * OFFSET_SHARE * (1 + OVERSHOOT_SHARE);
  const halfHeight = halfWidth * Math.sin(elevation) + (size[2] / 2) * Math.cos(elevation);
  return { halfWidth, halfHeight };
}
