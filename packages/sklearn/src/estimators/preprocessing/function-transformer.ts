/**
 * FunctionTransformer: a NumPy function of every number, or none. Every other function is code of whoever wrote
 * the file and is refused by its name.
 */
import { isKind, type PickleValue } from '../../pickle/value.ts';
import { type Attribute, describeValue } from '../attribute.ts';
import type { EstimatorDefinition, FittedMethod } from '../definition.ts';
import { anythingIn } from '../inner-estimator.ts';
import { asOutput, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

type NumberFunction = (x: number) => number;

/** By NumPy's name. */
const FUNCTIONS: ReadonlyMap<string, NumberFunction> = new Map<string, NumberFunction>([
  ['log', Math.log],
  ['log1p', Math.log1p],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['exp', Math.exp],
  ['exp2', (x) => 2 ** x],
  ['expm1', Math.expm1],
  ['sqrt', Math.sqrt],
  ['square', (x) => x * x],
  ['cbrt', Math.cbrt],
  ['reciprocal', (x) => 1 / x],
  ['abs', Math.abs],
  ['absolute', Math.abs],
  ['fabs', Math.abs],
  ['negative', (x) => -x],
  ['positive', (x) => x],
  ['sign', Math.sign],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tan', Math.tan],
  ['arcsin', Math.asin],
  ['arccos', Math.acos],
  ['arctan', Math.atan],
  ['sinh', Math.sinh],
  ['cosh', Math.cosh],
  ['tanh', Math.tanh],
  ['arcsinh', Math.asinh],
  ['arccosh', Math.acosh],
  ['arctanh', Math.atanh],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['trunc', Math.trunc],
  ['rint', roundHalfToEven],
  ['deg2rad', (x) => x * (Math.PI / 180)],
  ['radians', (x) => x * (Math.PI / 180)],
  ['rad2deg', (x) => x * (180 / Math.PI)],
  ['degrees', (x) => x * (180 / Math.PI)],
]);

/** Where NumPy 2, and NumPy 1, say that their functions are. */
const MODULES = ['numpy', 'numpy.core._multiarray_umath', 'numpy._core._multiarray_umath'];

/** How NumPy before 1.20 spelled its functions: by this one, called with module and name. */
const SPELLED = { module: 'numpy.core', name: '_ufunc_reconstruct' } as const;

/** As a pickle spells them. */
const FUNCTION_NAMES: readonly string[] = [
  ...MODULES.flatMap((module) => [...FUNCTIONS.keys()].map((name) => `${module} ${name}`)),
  `${SPELLED.module} ${SPELLED.name}`,
];

export const FUNCTION_TRANSFORMER: EstimatorDefinition = {
  className: 'FunctionTransformer',
  module: 'sklearn.preprocessing._function_transformer',
  parts: [...FUNCTION_NAMES, 'functools partial', 'sklearn.utils.validation check_array'],
  load: (state) => {
    const columns = state.has('n_features_in_') ? state.columns() : null;
    const forward = readFunction(state, 'func', 'kw_args');
    const back = readFunction(state, 'inverse_func', 'inv_kw_args');
    const validates = state.attribute('validate').boolean();
    const isPassing = forward === null && back === null && !validates;
    return state.fitted({
      columns,
      accepts: validates ? 'finite' : 'anything',
      ...(isPassing && anythingIn(columns)),
      keepsColumns: isPassing,
      methods: { transform: methodOf(forward, columns), inverse_transform: methodOf(back, columns) },
    });
  },
};

function methodOf(apply: NumberFunction | null, columns: number | null): FittedMethod {
  if (apply === null) return { shape: [-1, columns ?? -1], datatype: 'FP64', run: asOutput };
  return numbersPerRow(columns, ({ data }, out) => {
    for (let i = 0; i < out.length; i++) out[i] = apply(data[i]!);
  });
}

/** `null` for no function. */
function readFunction(state: ObjectState, name: string, argumentsName: string): NumberFunction | null {
  const attribute = state.optional(name);
  if (attribute === null || isCheck(attribute.value)) return null;
  const known = knownFunction(attribute.value);
  if (known === undefined) state.refuse(name, describeValue(attribute.value));
  const given = state.optional(argumentsName);
  if (given !== null && hasEntries(given)) state.refuse(argumentsName, 'arguments of a function');
  return known ?? null;
}

/** Histogram gradient boosting passes its numbers through `partial(check_array, ...)`, which changes none. */
function isCheck(value: PickleValue): boolean {
  const checked = isKind(value, 'object') && value.global.name === 'partial' ? value.args[0] : null;
  return isKind(checked, 'global') && checked.name === 'check_array';
}

function knownFunction(value: PickleValue): NumberFunction | undefined {
  if (isKind(value, 'global')) return functionOf(value.module, value.name);
  const isSpelled =
    isKind(value, 'object') && value.global.module === SPELLED.module && value.global.name === SPELLED.name;
  return isSpelled ? functionOf(value.args[0], value.args[1]) : undefined;
}

function functionOf(module: unknown, name: unknown): NumberFunction | undefined {
  return (MODULES as readonly unknown[]).includes(module) ? FUNCTIONS.get(name as string) : undefined;
}

function hasEntries(attribute: Attribute): boolean {
  return attribute.dict().size > 0;
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  return rest > 0.5 || below % 2 !== 0 ? below + 1 : below;
}
