/**
 * The kernels of Gaussian processes, which may be built of one another. Refuses kernels of the user's own, and
 * trees of them without bounds.
 */
import type { Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import { KERNEL_NAMES, type Kernel, pairwiseKernel } from '../kernels/pairwise-kernels.ts';
import { exponentialDistances, squaredDistances } from '../kernels/squared-distances.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import type { ObjectState } from '../object-state.ts';
import { besselK, gamma } from './bessel.ts';

const MODULE = 'sklearn.gaussian_process.kernels';
/** Real kernels have up to ten parts. */
const DEPTH_MAX = 32;
/** Beyond, the gamma function overflows, and scikit-learn itself answers NaN. */
const NU_MAX = 170;

/** A covariance: between rows of the input and training rows, and of each row with itself. */
export interface Covariance {
  readonly between: Kernel;
  /** Writes one number a row. */
  readonly diagonal: (X: Matrix, out: Float64Array) => void;
}

type Read = (state: ObjectState, columns: number, depth: number) => Covariance;

const READERS: Readonly<Record<string, Read>> = {
  Sum: (state, columns, depth) => combine(state, columns, depth, (a, b) => a + b),
  Product: (state, columns, depth) => combine(state, columns, depth, (a, b) => a * b),
  Exponentiation: readExponentiation,
  ConstantKernel: readConstant,
  WhiteKernel: readWhite,
  RBF: (state, columns) => ofScaledDistances(state, columns, -0.5),
  Matern: readMatern,
  RationalQuadratic: readRationalQuadratic,
  ExpSineSquared: readExpSineSquared,
  DotProduct: readDotProduct,
  PairwiseKernel: readPairwise,
};

/** The names that the pickle reader lets through. */
export const KERNEL_PARTS: readonly string[] = [
  ...Object.keys(READERS).map((name) => `${MODULE} ${name}`),
  `${MODULE} CompoundKernel`,
  `${MODULE} Hyperparameter`,
];

export function readCovariance(attribute: Attribute, columns: number, depth = 0): Covariance {
  const state = attribute.object();
  if (depth > DEPTH_MAX) throw attribute.malformed(`a kernel of at most ${DEPTH_MAX} levels`);
  const read = Object.hasOwn(READERS, state.className) ? READERS[state.className] : undefined;
  if (read === undefined) throw attribute.malformed('a kernel that is supported');
  return read(state, columns, depth + 1);
}

function combine(
  state: ObjectState,
  columns: number,
  depth: number,
  operation: (a: number, b: number) => number,
): Covariance {
  const first = readCovariance(state.attribute('k1'), columns, depth);
  const second = readCovariance(state.attribute('k2'), columns, depth);
  const into = (out: Float64Array, other: Float64Array): void => {
    for (let i = 0; i < out.length; i++) out[i] = operation(out[i]!, other[i]!);
  };
  return {
    between: (X, Y, out) => {
      const other = new Float64Array(out.length);
      first.between(X, Y, out);
      second.between(X, Y, other);
      into(out, other);
    },
    diagonal: (X, out) => {
      const other = new Float64Array(out.length);
      first.diagonal(X, out);
      second.diagonal(X, other);
      into(out, other);
    },
  };
}

function readExponentiation(state: ObjectState, columns: number, depth: number): Covariance {
  const kernel = readCovariance(state.attribute('kernel'), columns, depth);
  const exponent = state.attribute('exponent').number();
  const raise = (out: Float64Array): void => {
    for (let i = 0; i < out.length; i++) out[i] = out[i]! ** exponent;
  };
  return {
    between: (X, Y, out) => {
      kernel.between(X, Y, out);
      raise(out);
    },
    diagonal: (X, out) => {
      kernel.diagonal(X, out);
      raise(out);
    },
  };
}

function readConstant(state: ObjectState): Covariance {
  const value = state.attribute('constant_value').number();
  return { between: (_X, _Y, out) => out.fill(value), diagonal: (_, out) => out.fill(value) };
}

/** Noise: new rows have none in common with training rows, even where they are equal. */
function readWhite(state: ObjectState): Covariance {
  const level = state.attribute('noise_level').number();
  return { between: (_X, _Y, out) => out.fill(0), diagonal: (_, out) => out.fill(level) };
}

/** One where the rows are the same. */
function stationary(between: Kernel): Covariance {
  return { between, diagonal: (_, out) => out.fill(1) };
}

/** What a kernel makes of squared distances, in place. */
type Map = (squared: Float64Array) => void;

function each(map: (squared: number) => number): Map {
  return (values) => {
    for (let i = 0; i < values.length; i++) values[i] = map(values[i]!);
  };
}

/** A function of the squared distance. */
function ofDistances(map: Map): Covariance {
  return stationary((X, Y, out) => {
    squaredDistances(X, Y, out);
    map(out);
  });
}

/** The same, each column divided by its length scale, or all by one. A number n stands for exp(n squared). */
function ofScaledDistances(state: ObjectState, columns: number, map: Map | number): Covariance {
  const scales = readLengthScales(state.attribute('length_scale'), columns);
  const scaled = ({ data, rows }: Matrix): Matrix => ({
    data: data.map((value, i) => value / scales[i % columns]!),
    rows,
    columns,
  });
  // The training rows are the same at every call.
  let known: readonly [Matrix, Matrix] | null = null;
  return stationary((X, Y, out) => {
    if (known?.[0] !== Y) known = [Y, scaled(Y)];
    if (typeof map === 'number') return exponentialDistances(scaled(X), known[1], map, out);
    squaredDistances(scaled(X), known[1], out);
    map(out);
  });
}

function readLengthScales(attribute: Attribute, columns: number): Float64Array {
  const shape = attribute.shape();
  if (shape.length === 0) return new Float64Array(columns).fill(attribute.number());
  const values = isList(attribute)
    ? Float64Array.from(attribute.items(), (item) => item.number())
    : attribute.vector();
  if (values.length === 1) return new Float64Array(columns).fill(values[0]!);
  if (values.length !== columns) throw attribute.malformed(`a number or ${columns} numbers`);
  return values;
}

function isList({ value }: Attribute): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind !== 'ndarray';
}

function readMatern(state: ObjectState, columns: number): Covariance {
  const nu = state.attribute('nu').number();
  if (!(nu > 0 && (nu <= NU_MAX || nu === Number.POSITIVE_INFINITY)))
    throw state.attribute('nu').malformed(`a number above 0, up to ${NU_MAX}, or infinity`);
  return ofScaledDistances(state, columns, maternOf(nu));
}

function maternOf(nu: number): Map | number {
  switch (nu) {
    case 0.5:
      return each((squared) => Math.exp(-Math.sqrt(squared)));
    case 1.5:
      return each((squared) => {
        const distance = Math.sqrt(3 * squared);
        return (1 + distance) * Math.exp(-distance);
      });
    case 2.5:
      return each((squared) => {
        const distance = Math.sqrt(5 * squared);
        return (1 + distance + (distance * distance) / 3) * Math.exp(-distance);
      });
    case Number.POSITIVE_INFINITY:
      return -0.5;
    default: {
      const factor = 2 ** (1 - nu) / gamma(nu);
      return each((squared) => {
        const x = Math.sqrt(2 * nu) * (Math.sqrt(squared) || Number.EPSILON);
        return factor * x ** nu * besselK(nu, x);
      });
    }
  }
}

function readRationalQuadratic(state: ObjectState): Covariance {
  const alpha = state.attribute('alpha').number();
  const scale = state.attribute('length_scale').number();
  const factor = 1 / (2 * alpha * scale * scale);
  return ofDistances(each((squared) => (1 + squared * factor) ** -alpha));
}

function readExpSineSquared(state: ObjectState): Covariance {
  const scale = state.attribute('length_scale').number();
  const frequency = Math.PI / state.attribute('periodicity').number();
  return ofDistances(
    each((squared) => {
      const sine = Math.sin(frequency * Math.sqrt(squared)) / scale;
      return Math.exp(-2 * sine * sine);
    }),
  );
}

function readDotProduct(state: ObjectState): Covariance {
  const added = state.attribute('sigma_0').number() ** 2;
  return {
    between: (X, Y, out) => {
      multiplyRows(X, Y.data, Y.rows, null, out);
      for (let i = 0; i < out.length; i++) out[i]! += added;
    },
    diagonal: ({ data, columns }, out) => {
      for (let i = 0; i < out.length; i++) {
        out[i] = dot(data, i * columns, data, i * columns, columns) + added;
      }
    },
  };
}

function readPairwise(state: ObjectState, columns: number): Covariance {
  const name = state.choice('metric', KERNEL_NAMES);
  const more = state.optional('pairwise_kernels_kwargs')?.dict() ?? new Map<string, Attribute>();
  const between = pairwiseKernel(name, {
    gamma: state.attribute('gamma').number(),
    degree: more.get('degree')?.number() ?? 3,
    coef0: more.get('coef0')?.number() ?? 1,
    columns,
  });
  return {
    between,
    diagonal: ({ data, rows }, out) => {
      for (let i = 0; i < rows; i++) {
        const row = { data: data.subarray(i * columns, (i + 1) * columns), rows: 1, columns };
        between(row, row, out.subarray(i, i + 1));
      }
    },
  };
}
