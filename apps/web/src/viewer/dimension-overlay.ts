/** The size of a part drawn around it: three lines in the scene and a text over the middle of each. */
import {
  BufferAttribute,
  BufferGeometry,
  LineBasicMaterial,
  LineSegments,
  type PerspectiveCamera,
  Vector3,
} from 'three';
import { chooseDimensionLines, type Point } from './dimension-lines.ts';
import type { Pose } from './pose.ts';

/** Both ends of the line itself and of its two extensions. */
const POINTS_PER_LINE = 6;
const LABEL_GAP_PIXELS = 4;

function keepInside(middle: number, half: number, extent: number): number {
  const min = half + LABEL_GAP_PIXELS;
  return Math.max(min, Math.min(extent - min, middle));
}

export class DimensionOverlay {
  readonly lines: LineSegments<BufferGeometry, LineBasicMaterial>;
  readonly #root: HTMLElement;
  readonly #labels: readonly HTMLElement[];
  readonly #formatLength: (lengthMm: number) => string;
  readonly #projected = new Vector3();

  /** `root` lies exactly over the canvas. */
  constructor(root: HTMLElement, formatLength: (lengthMm: number) => string) {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(POINTS_PER_LINE * 3 * 3), 3));
    this.lines = new LineSegments(geometry, new LineBasicMaterial());
    this.lines.frustumCulled = false;
    this.#root = root;
    this.#formatLength = formatLength;
    this.#labels = [0, 1, 2].map(() => root.appendChild(document.createElement('span')));
    this.setShown(false);
  }

  setShown(shown: boolean): void {
    this.lines.visible = shown;
    this.#root.hidden = !shown;
  }

  /** Chooses and writes the lines anew; the camera must stand at `pose` already. Lengths in pixels. */
  place(size: Point, pose: Pose, camera: PerspectiveCamera, width: number, height: number): void {
    const ends = this.lines.geometry.getAttribute('position');
    const lines = chooseDimensionLines(size, pose.azimuth, pose.elevation);
    for (const [index, { axis, from, to, extensions }] of lines.entries()) {
      for (const [at, point] of [from, to, ...extensions.flat()].entries()) {
        ends.setXYZ(index * POINTS_PER_LINE + at, ...point);
      }
      const label = this.#labels[index]!;
      label.textContent = this.#formatLength(size[axis]);
      this.#projected
        .set(from[0] + to[0], from[1] + to[1], from[2] + to[2])
        .divideScalar(2)
        .project(camera);
      const [x, y] = [(this.#projected.x * width) / 2, (-this.#projected.y * height) / 2];
      const [halfWidth, halfHeight] = [label.offsetWidth / 2, label.offsetHeight / 2];
      // Beside the line, away from the part.
      const length = Math.max(1, Math.hypot(x, y));
      const left = keepInside(x + (x / length) * halfWidth + width / 2, halfWidth, width) - halfWidth;
      const top = keepInside(y + (y / length) * halfHeight + height / 2, halfHeight, height) - halfHeight;
      label.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    }
    ends.needsUpdate = true;
  }

  dispose(): void {
    this.lines.geometry.dispose();
    this.lines.material.dispose();
    for (const label of this.#labels) label.remove();
  }
}
