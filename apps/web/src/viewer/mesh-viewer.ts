/**
 * Shows one mesh on a canvas: lit, with its edges and its size, turned by hand or slowly by itself. Knows no
 * page framework. Draws only when something changed and the canvas can be seen.
 */
import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  DirectionalLight,
  DoubleSide,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshStandardMaterial,
  type Object3D,
  PerspectiveCamera,
  Scene,
  WebGLRenderer,
} from 'three';
import { dimensionReach } from './dimension-lines.ts';
import { DimensionOverlay } from './dimension-overlay.ts';
import { listenToOrbitInput } from './orbit-input.ts';
import {
  FIELD_OF_VIEW_DEGREES,
  type Frame,
  POSE_DEFAULT,
  type Pose,
  placeCamera,
  rotatePose,
} from './pose.ts';
import type { RenderMesh } from './render-mesh.ts';

/** One slow turn in 40 seconds. */
const TURNTABLE_RADIANS_PER_MS = (2 * Math.PI) / 40_000;
/** A tab that slept must not make the part jump. */
const TURNTABLE_STEP_MS_MAX = 100;
/** Sharper than this costs frames and shows nothing more. */
const PIXEL_RATIO_MAX = 2;

/** CSS colours. */
export interface ViewerColours {
  readonly part: string;
  readonly edge: string;
  readonly dimension: string;
}

export interface ViewerOptions {
  readonly canvas: HTMLCanvasElement;
  /** Lies exactly over the canvas; holds the texts of the dimensions. */
  readonly overlay: HTMLElement;
  readonly formatLength: (lengthMm: number) => string;
  /** Called when the user moved the view, and not for `setPose`. */
  readonly onMove: (pose: Pose) => void;
}

/** What a view must hold to show all of a mesh and its dimensions. */
export function frameOf({ radius, size }: RenderMesh): Frame {
  return { radius: radius || 1, ...dimensionReach(size, POSE_DEFAULT.elevation) };
}

/** Lights that hang from the camera, with what they shine at: whatever is looked at is lit from above left. */
function createLights(): readonly Object3D[] {
  const shine = (colour: string, intensity: number, x: number, y: number, z: number) => {
    const light = new DirectionalLight(colour, intensity);
    light.position.set(x, y, z);
    return [light, light.target];
  };
  return [
    ...shine('#ffffff', 2.2, -0.7, 1.5, 1),
    ...shine('#dbe8ff', 0.9, 1.4, 0, 0.6),
    ...shine('#ffffff', 0.5, 0, -0.4, 1),
    new AmbientLight('#ffffff', 0.55),
  ];
}

function createSurface(): MeshStandardMaterial {
  return new MeshStandardMaterial({
    // Open and inside-out meshes must be seen as well.
    side: DoubleSide,
    roughness: 0.62,
    metalness: 0.15,
    // Moves the facets a little away, so that edges lie cleanly in front of them.
    polygonOffset: true,
    polygonOffsetFactor: 1,
    polygonOffsetUnits: 1,
  });
}

function createGeometry(positions: Float32Array, normals?: Float32Array): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  if (normals !== undefined) geometry.setAttribute('normal', new BufferAttribute(normals, 3));
  return geometry;
}

export class MeshViewer {
  readonly #options: ViewerOptions;
  readonly #renderer: WebGLRenderer;
  readonly #camera = new PerspectiveCamera(FIELD_OF_VIEW_DEGREES, 1);
  readonly #scene = new Scene();
  readonly #part = new Mesh(new BufferGeometry(), createSurface());
  readonly #edges = new LineSegments(
    new BufferGeometry(),
    new LineBasicMaterial({ transparent: true, opacity: 0.75 }),
  );
  readonly #dimensions: DimensionOverlay;
  readonly #resizes: ResizeObserver;
  readonly #sightings: IntersectionObserver;
  readonly #stopInput: () => void;
  #mesh: RenderMesh | undefined;
  #pose: Pose = POSE_DEFAULT;
  #frame: Frame | undefined;
  #turns = false;
  #showsDimensions = true;
  #isSeen = true;
  #frameRequest = 0;
  #lastMs = 0;

  /** Throws what the browser throws where it has no WebGL. */
  constructor(options: ViewerOptions) {
    const { canvas } = options;
    this.#options = options;
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.#dimensions = new DimensionOverlay(options.overlay, options.formatLength);
    this.#camera.add(...createLights());
    this.#scene.add(this.#camera, this.#part, this.#edges, this.#dimensions.lines);
    this.#stopInput = listenToOrbitInput(canvas, {
      getPose: () => this.#pose,
      setPose: (pose) => this.#moveByUser(pose),
      resetPose: () => this.#moveByUser(POSE_DEFAULT),
    });
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(canvas);
    this.#sightings = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry?.isIntersecting ?? true;
      this.#lastMs = 0;
      this.#invalidate();
    });
    this.#sightings.observe(canvas);
  }

  get pose(): Pose {
    return this.#pose;
  }

  setMesh(mesh: RenderMesh | undefined): void {
    this.#part.geometry.dispose();
    this.#edges.geometry.dispose();
    this.#part.geometry = createGeometry(mesh?.positions ?? new Float32Array(), mesh?.normals);
    this.#edges.geometry = createGeometry(mesh?.edges ?? new Float32Array());
    this.#mesh = mesh;
    this.setDimensions(this.#showsDimensions);
  }

  /** What is shown, in words, for those who cannot see it. */
  setLabel(label: string): void {
    this.#options.canvas.ariaLabel = label;
  }

  setColours({ part, edge, dimension }: ViewerColours): void {
    this.#part.material.color.set(part);
    this.#edges.material.color.set(edge);
    this.#dimensions.lines.material.color.set(dimension);
    this.#invalidate();
  }

  setPose(pose: Pose): void {
    this.#pose = pose;
    this.#invalidate();
  }

  /** Turns slowly until told otherwise or until the user takes hold of the part. */
  setTurntable(turns: boolean): void {
    this.#turns = turns;
    this.#lastMs = 0;
    this.#invalidate();
  }

  setDimensions(shown: boolean): void {
    this.#showsDimensions = shown;
    this.#dimensions.setShown(shown && this.#mesh !== undefined);
    this.#invalidate();
  }

  /** Shows this much instead of just the part, so that two views have one scale; `undefined` fits the part. */
  setFrame(frame: Frame | undefined): void {
    this.#frame = frame;
    this.#invalidate();
  }

  dispose(): void {
    this.#isSeen = false;
    cancelAnimationFrame(this.#frameRequest);
    this.#stopInput();
    this.#resizes.disconnect();
    this.#sightings.disconnect();
    for (const drawn of [this.#part, this.#edges]) {
      drawn.geometry.dispose();
      drawn.material.dispose();
    }
    this.#dimensions.dispose();
    this.#renderer.dispose();
    // Browsers keep only a few contexts alive: this one must not wait for the garbage collector.
    this.#renderer.forceContextLoss();
  }

  #moveByUser(pose: Pose): void {
    this.#turns = false;
    this.setPose(pose);
    this.#options.onMove(pose);
  }

  #invalidate(): void {
    if (this.#frameRequest === 0 && this.#isSeen)
      this.#frameRequest = requestAnimationFrame((nowMs) => this.#draw(nowMs));
  }

  #draw(nowMs: number): void {
    this.#frameRequest = 0;
    if (this.#turns && this.#lastMs > 0) {
      const elapsedMs = Math.min(nowMs - this.#lastMs, TURNTABLE_STEP_MS_MAX);
      this.#pose = rotatePose(this.#pose, elapsedMs * TURNTABLE_RADIANS_PER_MS, 0);
    }
    this.#lastMs = this.#turns ? nowMs : 0;
    if (this.#mesh !== undefined) this.#placeCamera(this.#mesh);
    this.#renderer.render(this.#scene, this.#camera);
    if (this.#turns) this.#invalidate();
  }

  #placeCamera(mesh: RenderMesh): void {
    const { clientWidth: width, clientHeight: height } = this.#options.canvas;
    const camera = this.#camera;
    const frame = this.#frame ?? frameOf(mesh);
    // The dimensions stand outside the part: they too must lie between the clipping planes.
    const reach = Math.max(mesh.radius, Math.hypot(...mesh.size)) * 1.2;
    const place = placeCamera(this.#pose, reach, frame, camera.aspect);
    camera.position.set(...place.position);
    camera.up.set(...place.up);
    camera.lookAt(...place.target);
    camera.near = place.near;
    camera.far = place.far;
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    if (this.#showsDimensions) this.#dimensions.place(mesh.size, this.#pose, camera, width, height);
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#options.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, PIXEL_RATIO_MAX));
    this.#renderer.setSize(clientWidth, clientHeight, false);
    this.#camera.aspect = clientWidth / clientHeight;
    // At once: setting the size cleared the canvas, and waiting a frame would show that.
    cancelAnimationFrame(this.#frameRequest);
    this.#draw(performance.now());
  }
}
