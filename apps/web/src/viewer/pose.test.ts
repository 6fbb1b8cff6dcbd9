import { describe, expect, test } from 'vitest';
import { poseAfterKey } from './orbit-input.ts';
import {
  fitDistance,
  POSE_DEFAULT,
  type Pose,
  placeCamera,
  rotatePose,
  shiftPose,
  zoomPose,
} from './pose.ts';

const frameOf = (radius: number) => ({ radius, halfWidth: radius, halfHeight: 0 });
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]!);

/** Whether a sphere of this radius around the origin lies inside the picture. */
function sphereIsInside(pose: Pose, radius: number, aspect: number): boolean {
  const { position } = placeCamera(pose, radius, frameOf(radius), aspect);
  const distance = Math.hypot(...position);
  const halfVertical = (24 * Math.PI) / 360;
  const halfHorizontal = Math.atan(Math.tan(halfVertical) * aspect);
  return Math.asin(radius / distance) < Math.min(halfVertical, halfHorizontal);
}

describe('placeCamera', () => {
  test.each([0.3, 1, 3])('fits the whole part at aspect %d', (aspect) => {
    expect(sphereIsInside(POSE_DEFAULT, 17, aspect)).toBe(true);
  });

  test('the up direction is a unit vector at right angles to the line of sight', () => {
    const { position, target, up } = placeCamera(rotatePose(POSE_DEFAULT, 1.2, 0.3), 5, frameOf(5), 1.5);
    expect(dot(up, up)).toBeCloseTo(1);
    expect(dot(up, minus(position, target))).toBeCloseTo(0);
  });

  test('from straight above, up is defined and the part is not mirrored', () => {
    const { position, up } = placeCamera(
      { ...POSE_DEFAULT, azimuth: 0, elevation: Math.PI / 2 },
      1,
      frameOf(1),
      1,
    );
    expect(position[2]).toBeGreaterThan(1);
    expect(up[1]).toBeCloseTo(1);
  });

  test('the part lies between the clipping planes; zoomed in, the near plane stays in front', () => {
    const fitted = placeCamera(POSE_DEFAULT, 10, frameOf(10), 1);
    const distance = Math.hypot(...fitted.position);
    expect(fitted.near).toBeLessThan(distance - 10);
    expect(fitted.far).toBeGreaterThan(distance + 10);
    expect(placeCamera(zoomPose(POSE_DEFAULT, 1000), 10, frameOf(10), 1).near).toBeGreaterThan(0);
  });

  test('one scale: a part half as large as the frame looks half as large', () => {
    const { position } = placeCamera(POSE_DEFAULT, 5, frameOf(10), 1);
    expect(Math.hypot(...position)).toBeCloseTo(fitDistance(frameOf(10), 1));
  });

  test('what is drawn beside the part fits in a tall view too', () => {
    const tall = fitDistance({ ...frameOf(1), halfWidth: 3 }, 0.4);
    expect(tall).toBeGreaterThan(fitDistance(frameOf(1), 0.4));
    expect(fitDistance({ ...frameOf(1), halfHeight: 2 }, 4)).toBeGreaterThan(fitDistance(frameOf(1), 4));
    expect(fitDistance({ ...frameOf(1), halfWidth: 1.5 }, 4)).toBe(fitDistance(frameOf(1), 4));
  });

  test('a shift moves the target sideways on the screen', () => {
    const pose = shiftPose({ ...POSE_DEFAULT, azimuth: 0, elevation: 0 }, 0.5, 0.25);
    expect(placeCamera(pose, 2, frameOf(2), 1).target).toEqual([1, 0, 0.5]);
  });
});

test('turning past the poles stops there; azimuth wraps', () => {
  expect(rotatePose(POSE_DEFAULT, 0, 9).elevation).toBe(Math.PI / 2);
  expect(rotatePose(POSE_DEFAULT, 0, -9).elevation).toBe(-Math.PI / 2);
  expect(rotatePose({ ...POSE_DEFAULT, azimuth: 0 }, -0.1, 0).azimuth).toBeCloseTo(2 * Math.PI - 0.1);
});

test('keys turn, zoom and shift; other keys are left alone', () => {
  expect(poseAfterKey(POSE_DEFAULT, 'ArrowUp', false)!.elevation).toBeGreaterThan(POSE_DEFAULT.elevation);
  expect(poseAfterKey(POSE_DEFAULT, '+', false)!.zoom).toBeGreaterThan(1);
  expect(poseAfterKey(POSE_DEFAULT, 'ArrowRight', true)!.shift).toEqual([0.1, 0]);
  expect(poseAfterKey(POSE_DEFAULT, 'Tab', false)).toBeUndefined();
});
