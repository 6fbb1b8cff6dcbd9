/**
 * Energies of spherical harmonics (Kazhdan et al. 2003): the surface is sorted into shells about its middle,
 * each shell is expanded into spherical harmonics, and of every degree only the energy is kept, which no
 * rotation changes. The same for the directions of the normals, without their sign.
 */
import type { SurfaceSample } from '../sampling/sample-surface.ts';

const SHELLS = 8;
const DEGREES = 11; // 0 to 10
/** The last shell is centred on this many mean radii. */
const RADIUS_MAX = 2;
const NORMAL_DEGREE_MAX = 16;

export const SHELL_ENERGIES_LENGTH: number = SHELLS * DEGREES;
export const NORMAL_ENERGIES_LENGTH: number = NORMAL_DEGREE_MAX / 2;

/** Root energies, degree after degree within shell after shell, as shares of all points. */
export function shellEnergies(
  sample: SurfaceSample,
  radii: Float64Array,
  meanRadius: number,
  middle: readonly number[],
): Float64Array {
  const basis = createBasis(DEGREES - 1);
  const { count, points } = sample;
  const sums = new Float64Array(SHELLS * basis.length);
  for (let i = 0; i < count; i++) {
    const radius = radii[i]!;
    if (radius === 0) continue;
    basis.evaluate(
      (points[i * 3]! - middle[0]!) / radius,
      (points[i * 3 + 1]! - middle[1]!) / radius,
      (points[i * 3 + 2]! - middle[2]!) / radius,
    );
    // Shared between the two nearest shells, so that a radius on a border does not jump.
    const place = Math.min((radius / meanRadius / RADIUS_MAX) * (SHELLS - 1), SHELLS - 1);
    const inner = Math.min(Math.floor(place), SHELLS - 2);
    const share = place - inner;
    for (let k = 0; k < basis.length; k++) {
      sums[inner * basis.length + k]! += (1 - share) * basis.values[k]!;
      sums[(inner + 1) * basis.length + k]! += share * basis.values[k]!;
    }
  }
  const energies = new Float64Array(SHELL_ENERGIES_LENGTH);
  for (let shell = 0; shell < SHELLS; shell++) {
    const part = sums.subarray(shell * basis.length, (shell + 1) * basis.length);
    for (let degree = 0; degree < DEGREES; degree++) {
      energies[shell * DEGREES + degree] = rootEnergy(part, degree) / count;
    }
  }
  return energies;
}

/** Root energies of the normals' directions in the even degrees 2 to 16; odd ones depend on the normals' sign. */
export function normalEnergies({ count, normals }: SurfaceSample): Float64Array {
  const basis = createBasis(NORMAL_DEGREE_MAX);
  const sums = new Float64Array(basis.length);
  for (let i = 0; i < count; i++) {
    basis.evaluate(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!);
    for (let k = 0; k < basis.length; k++) sums[k]! += basis.values[k]!;
  }
  return Float64Array.from(
    { length: NORMAL_ENERGIES_LENGTH },
    (_, i) => rootEnergy(sums, 2 * (i + 1)) / count,
  );
}

function rootEnergy(sums: Float64Array, degree: number): number {
  let energy = 0;
  for (let k = degree * degree; k < (degree + 1) * (degree + 1); k++) energy += sums[k]! * sums[k]!;
  return Math.sqrt(energy);
}

interface Basis {
  readonly length: number;
  /** What `evaluate` found: the value of order m of degree l stands at l * l + l + m. */
  readonly values: Float64Array;
  evaluate(x: number, y: number, z: number): void;
}

/**
 * The real spherical harmonics up to a degree, at unit vectors, scaled so that degree 0 is 1: by the usual
 * recurrence in l, with sin(theta)^m cos(m phi) and sin(theta)^m sin(m phi) as powers of x + iy, hence
 * without angles.
 */
function createBasis(degreeMax: number): Basis {
  const size = degreeMax + 1;
  const values = new Float64Array(size * size);
  const up = new Float64Array(size * size); // factors of the recurrence, at l * size + m
  const back = new Float64Array(size * size);
  for (let l = 1; l < size; l++) {
    for (let m = 0; m < l; m++) {
      up[l * size + m] = Math.sqrt((4 * l * l - 1) / (l * l - m * m));
      back[l * size + m] = Math.sqrt(((l - 1) * (l - 1) - m * m) / (4 * (l - 1) * (l - 1) - 1));
    }
  }
  const evaluate = (x: number, y: number, z: number): void => {
    let real = 1;
    let imaginary = 0;
    let top = 1; // of l = m
    for (let m = 0; m < size; m++) {
      let before = 0;
      let current = top;
      for (let l = m; l < size; l++) {
        if (l > m) {
          const next = up[l * size + m]! * (z * current - back[l * size + m]! * before);
          before = current;
          current = next;
        }
        values[l * l + l + m] = current * real;
        if (m > 0) values[l * l + l - m] = current * imaginary;
      }
      top *= Math.sqrt((2 * m + 3) / (2 * m + 2));
      if (m === 0) top *= Math.SQRT2; // both cosine and sine from order 1 on
      const turned = real * x - imaginary * y;
      imaginary = real * y + imaginary * x;
      real = turned;
    }
  };
  return { length: values.length, values, evaluate };
}
