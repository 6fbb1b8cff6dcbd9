/** Mouse, touch, wheel and keys on an element, as turns, zooms and shifts of a pose; knows no camera. */
import { type Pose, rotatePose, shiftPose, zoomPose } from './pose.ts';

/** Half a turn for a drag across 500 pixels. */
const RADIANS_PER_PIXEL = Math.PI / 500;
const KEY_TURN_RADIANS = Math.PI / 24;
const KEY_SHIFT = 0.1;
const ZOOM_STEP = 1.2;

export interface OrbitHandlers {
  getPose(): Pose;
  setPose(pose: Pose): void;
  /** Back to the fitted view. */
  resetPose(): void;
}

/** What a key does to a pose; `undefined` for keys that are not the viewer's, so that they keep their use. */
export function poseAfterKey(pose: Pose, key: string, shiftKey: boolean): Pose | undefined {
  const move = (x: number, y: number) =>
    shiftKey
      ? shiftPose(pose, x * KEY_SHIFT, y * KEY_SHIFT)
      : rotatePose(pose, x * KEY_TURN_RADIANS, y * KEY_TURN_RADIANS);
  switch (key) {
    case 'ArrowLeft':
      return move(-1, 0);
    case 'ArrowRight':
      return move(1, 0);
    case 'ArrowUp':
      return move(0, 1);
    case 'ArrowDown':
      return move(0, -1);
    case '+':
    case '=':
      return zoomPose(pose, ZOOM_STEP);
    case '-':
    case '_':
      return zoomPose(pose, 1 / ZOOM_STEP);
    default:
      return undefined;
  }
}

interface Finger {
  x: number;
  y: number;
}

/** Applies the move of one of `fingers`: one finger turns, two zoom and shift. */
function poseAfterDrag(
  pose: Pose,
  fingers: Map<number, Finger>,
  event: PointerEvent,
  heightPixels: number,
): Pose {
  const finger = fingers.get(event.pointerId)!;
  const dx = event.clientX - finger.x;
  const dy = event.clientY - finger.y;
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  const shiftScale = 1 / ((heightPixels / 2) * pose.zoom);
  if (other === undefined) {
    const isShift = event.shiftKey || (event.buttons & 6) !== 0;
    return isShift
      ? shiftPose(pose, -dx * shiftScale, dy * shiftScale)
      : rotatePose(pose, -dx * RADIANS_PER_PIXEL, dy * RADIANS_PER_PIXEL);
  }
  const before = Math.hypot(finger.x - other.x, finger.y - other.y);
  const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
  const zoomed = zoomPose(pose, after / Math.max(1, before));
  return shiftPose(zoomed, (-dx * shiftScale) / 2, (dy * shiftScale) / 2);
}

/** Starts listening; returns what stops it. */
export function listenToOrbitInput(element: HTMLElement, handlers: OrbitHandlers): () => void {
  const fingers = new Map<number, Finger>();
  const listeners = new AbortController();
  const { signal } = listeners;
  element.addEventListener(
    'pointerdown',
    (event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      element.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      if (!fingers.has(event.pointerId)) return;
      handlers.setPose(poseAfterDrag(handlers.getPose(), fingers, event, element.clientHeight));
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    { signal },
  );
  for (const type of ['pointerup', 'pointercancel'] as const) {
    element.addEventListener(type, (event) => fingers.delete(event.pointerId), { signal });
  }
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  element.addEventListener('dblclick', () => handlers.resetPose(), { signal });
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      handlers.setPose(zoomPose(handlers.getPose(), Math.exp(-pixels / 600)));
    },
    { signal, passive: false },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '0' || event.key === 'Home') handlers.resetPose();
      else {
        const pose = poseAfterKey(handlers.getPose(), event.key, event.shiftKey);
        if (pose === undefined) return;
        handlers.setPose(pose);
      }
      event.preventDefault();
    },
    { signal },
  );
  return () => listeners.abort();
}
