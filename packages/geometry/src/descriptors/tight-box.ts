/**
 * A tight box around a part, found from its own surface and so the same however the part is turned: one axis
 * along the normal that most of the surface shares, the other two where the outline across it is smallest.
 */
import type { Mesh } from '../mesh/mesh.ts';
import type { SurfaceSample } from '../sampling/sample-surface.ts';

type Triple = [number, number, number];

export interface TightBox {
  /** Sides of the box, longest first, in millimetres. */
  readonly sides: Triple;
  /** Standard deviations of the surface along its principal axes, largest first, in millimetres. */
  readonly spreads: Triple;
}

const CANDIDATES = 128; // normals tried as the first axis, spread over the sample
const ALIGNED = 0.999; // cosine of 2.6 degrees
const TURNS = 48; // angles tried within a quarter turn: steps of 1.9 degrees
const VERTICES_MAX = 16384; // of larger meshes every second, third... vertex is looked at

export function tightBox(mesh: Mesh, sample: SurfaceSample, middle: readonly number[]): TightBox {
  const axis = commonNormal(sample);
  const { side, sideU, sideV } = smallestOutline(mesh, axis);
  return { sides: [side, sideU, sideV].sort((a, b) => b - a) as Triple, spreads: spreadsOf(sample, middle) };
}

function commonNormal({ count, normals }: SurfaceSample): Triple {
  let best = 0;
  let bestVotes = -1;
  for (let candidate = 0; candidate < CANDIDATES; candidate++) {
    const i = Math.floor((candidate * count) / CANDIDATES) * 3;
    let votes = 0;
    for (let j = 0; j < count * 3; j += 3) {
      const cosine =
        normals[i]! * normals[j]! + normals[i + 1]! * normals[j + 1]! + normals[i + 2]! * normals[j + 2]!;
      if (cosine > ALIGNED || cosine < -ALIGNED) votes++;
    }
    if (votes > bestVotes) {
      bestVotes = votes;
      best = i;
    }
  }
  return [normals[best]!, normals[best + 1]!, normals[best + 2]!];
}

function smallestOutline({ positions }: Mesh, axis: Triple): { side: number; sideU: number; sideV: number } {
  const [u, v] = acrossAxes(axis);
  const stride = 3 * Math.ceil(positions.length / 3 / VERTICES_MAX);
  const flat = new Float64Array(2 * Math.ceil(positions.length / stride));
  let low = Infinity;
  let high = -Infinity;
  let to = 0;
  for (let at = 0; at < positions.length; at += stride) {
    const x = positions[at]!;
    const y = positions[at + 1]!;
    const z = positions[at + 2]!;
    const along = x * axis[0] + y * axis[1] + z * axis[2];
    if (along < low) low = along;
    if (along > high) high = along;
    flat[to++] = x * u[0] + y * u[1] + z * u[2];
    flat[to++] = x * v[0] + y * v[1] + z * v[2];
  }
  let best = { sideU: Infinity, sideV: Infinity };
  // cos and sin of 90 / 48 degrees; further turns by multiplication, so that no angle function is needed
  const stepCosine = 0.99946458747636568;
  const stepSine = 0.032719082821776137;
  let cosine = 1;
  let sine = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const sides = sidesAt(flat, cosine, sine);
    if (sides.sideU * sides.sideV < best.sideU * best.sideV || turn === 0) best = sides;
    const next = cosine * stepCosine - sine * stepSine;
    sine = cosine * stepSine + sine * stepCosine;
    cosine = next;
  }
  return { side: high - low, ...best };
}

function sidesAt(flat: Float64Array, cosine: number, sine: number): { sideU: number; sideV: number } {
  let lowU = Infinity;
  let lowV = Infinity;
  let highU = -Infinity;
  let highV = -Infinity;
  for (let at = 0; at < flat.length; at += 2) {
    const u = flat[at]! * cosine + flat[at + 1]! * sine;
    const v = flat[at + 1]! * cosine - flat[at]! * sine;
    if (u < lowU) lowU = u;
    if (u > highU) highU = u;
    if (v < lowV) lowV = v;
    if (v > highV) highV = v;
  }
  return { sideU: highU - lowU, sideV: highV - lowV };
}

/** Two unit vectors across `axis` and each other. */
function acrossAxes([x, y, z]: Triple): [Triple, Triple] {
  const [ax, ay, az] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  const [hx, hy, hz] = ax <= ay && ax <= az ? [1, 0, 0] : ay <= az ? [0, 1, 0] : [0, 0, 1];
  const u = unit([y * hz! - z * hy!, z * hx! - x * hz!, x * hy! - y * hx!]);
  return [u, [y * u[2] - z * u[1], z * u[0] - x * u[2], x * u[1] - y * u[0]]];
}

function unit([x, y, z]: Triple): Triple {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

/** Roots of the eigenvalues of the covariance of the points, by Jacobi's rotations. */
function spreadsOf({ count, points }: SurfaceSample, middle: readonly number[]): Triple {
  const c = [0, 0, 0, 0, 0, 0]; // xx, yy, zz, xy, xz, yz
  for (let i = 0; i < count * 3; i += 3) {
    const x = points[i]! - middle[0]!;
    const y = points[i + 1]! - middle[1]!;
    const z = points[i + 2]! - middle[2]!;
    c[0]! += x * x;
    c[1]! += y * y;
    c[2]! += z * z;
    c[3]! += x * y;
    c[4]! += x * z;
    c[5]! += y * z;
  }
  const m = [
    [c[0]!, c[3]!, c[4]!],
    [c[3]!, c[1]!, c[5]!],
    [c[4]!, c[5]!, c[2]!],
  ];
  for (let sweep = 0; sweep < 8; sweep++) {
    jacobi(m, 0, 1);
    jacobi(m, 0, 2);
    jacobi(m, 1, 2);
  }
  return [m[0]![0]!, m[1]![1]!, m[2]![2]!]
    .map((sum) => Math.sqrt(Math.max(sum, 0) / count))
    .sort((a, b) => b - a) as Triple;
}

/** One Jacobi rotation that makes element p, q of a symmetric matrix zero. */
function jacobi(m: number[][], p: number, q: number): void {
  const off = m[p]![q]!;
  if (off === 0) return;
  const theta = (m[q]![q]! - m[p]![p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(t * t + 1);
  const sine = t * cosine;
  const r = 3 - p - q;
  const mpr = m[p]![r]!;
  const mqr = m[q]![r]!;
  m[p]![p]! -= t * off;
  m[q]![q]! += t * off;
  m[p]![q] = m[q]![p] = 0;
  m[p]![r] = m[r]![p] = cosine * mpr - sine * mqr;
  m[q]![r] = m[r]![q] = sine * mpr + cosine * mqr;
}
