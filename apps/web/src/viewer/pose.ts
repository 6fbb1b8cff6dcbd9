/** Where a camera stands around a part: turning, zooming, moving and fitting, as plain numbers. */

/** Angles in radians; the part's z axis points up. Zoom and shift are relative to the fitted view. */
export interface Pose {
  /** Around z; 0 looks along +y from the front. */
  readonly azimuth: number;
  /** Above the horizon, from -90 to 90 degrees. */
  readonly elevation: number;
  /** 1 shows the whole part; 2 shows half of it. */
  readonly zoom: number;
  /** Right and up on the screen, in radii of the part. */
  readonly shift: readonly [number, number];
}

/** What a view must hold, whichever way the part is turned. */
export interface Frame {
  /** Of the sphere around the part. */
  readonly radius: number;
  /** From the middle to the left or right end of what is drawn around the part. */
  readonly halfWidth: number;
  /** From the middle to the lower end of that, as `POSE_DEFAULT` sees it. */
  readonly halfHeight: number;
}

export interface Camera {
  readonly position: readonly [number, number, number];
  readonly target: readonly [number, number, number];
  readonly up: readonly [number, number, number];
  readonly near: number;
  readonly far: number;
}

/** From the front, the right and above: as the thumbnails of the catalogue show their designs. */
export const POSE_DEFAULT: Pose = { azimuth: 0.663, elevation: Math.PI / 6, zoom: 1, shift: [0, 0] };
/** Narrow, so that parallel edges look nearly parallel, as on a drawing. */
export const FIELD_OF_VIEW_DEGREES = 24;
const ZOOM_MIN = 0.25;
const ZOOM_MAX = 40;
const SHIFT_MAX = 1.5;
/** Room left around a fitted part. */
const MARGIN = 1.16;
/** What lies below a part is nearer than the part, and looks that much larger. */
const NEARER = 1.3;

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

export function rotatePose(pose: Pose, azimuth: number, elevation: number): Pose {
  const turn = 2 * Math.PI;
  return {
    ...pose,
    azimuth: (((pose.azimuth + azimuth) % turn) + turn) % turn,
    elevation: clamp(pose.elevation + elevation, -Math.PI / 2, Math.PI / 2),
  };
}

export function zoomPose(pose: Pose, factor: number): Pose {
  return { ...pose, zoom: clamp(pose.zoom * factor, ZOOM_MIN, ZOOM_MAX) };
}

export function shiftPose(pose: Pose, right: number, up: number): Pose {
  const [x, y] = pose.shift;
  return {
    ...pose,
    shift: [clamp(x + right, -SHIFT_MAX, SHIFT_MAX), clamp(y + up, -SHIFT_MAX, SHIFT_MAX)],
  };
}

/** How far a camera must stand to see all of a frame. `aspect` is width by height. */
export function fitDistance({ radius, halfWidth, halfHeight }: Frame, aspect: number): number {
  const halfVertical = (FIELD_OF_VIEW_DEGREES * Math.PI) / 360;
  const halfHorizontal = Math.atan(Math.tan(halfVertical) * aspect);
  const forSphere = radius / Math.sin(Math.min(halfVertical, halfHorizontal));
  return Math.max(
    MARGIN * forSphere,
    halfWidth / Math.sin(halfHorizontal),
    (NEARER * halfHeight) / Math.sin(halfVertical),
  );
}

/** The camera of a pose around a part that fills a sphere of `reach`, so that `frame` is seen. */
export function placeCamera(pose: Pose, reach: number, frame: Frame, aspect: number): Camera {
  const { azimuth, elevation, zoom, shift } = pose;
  const [sinA, cosA] = [Math.sin(azimuth), Math.cos(azimuth)];
  const [sinE, cosE] = [Math.sin(elevation), Math.cos(elevation)];
  const distance = fitDistance(frame, aspect) / zoom;
  const right = [cosA, sinA, 0] as const;
  const up = [-sinA * sinE, cosA * sinE, cosE] as const;
  const away = [sinA * cosE, -cosA * cosE, sinE] as const;
  const target = [0, 1, 2].map(
    (axis) => frame.radius * (right[axis]! * shift[0] + up[axis]! * shift[1]),
  ) as unknown as Camera['target'];
  const position = target.map(
    (value, axis) => value + away[axis]! * distance,
  ) as unknown as Camera['position'];
  // Zoomed far in, the camera stands inside the sphere: the near plane then stays just in front of it.
  const depth = (reach + frame.radius * Math.hypot(shift[0], shift[1])) * 1.02;
  const near = Math.max(distance - depth, distance * 0.02);
  return { position, target, up, near, far: distance + depth };
}
