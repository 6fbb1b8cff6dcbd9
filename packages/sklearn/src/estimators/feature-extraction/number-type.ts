/** `dtype` of the vectorizers: in which numbers they count. Refuses others than NumPy's own. */
import { isKind } from '../../pickle/value.ts';
import { describeValue } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';

export interface NumberType {
  readonly isInteger: boolean;
  /** To the nearest number of the type. */
  readonly round: (value: number) => number;
}

export const FLOAT64: NumberType = { isInteger: false, round: (value) => value };

export function readNumberType(state: ObjectState): NumberType {
  const value = state.optional('dtype')?.value ?? null;
  const name = isKind(value, 'global') ? value.name : value;
  if (name === null || name === 'float64' || name === 'float') return FLOAT64;
  if (name === 'float32') return { isInteger: false, round: Math.fround };
  if (typeof name === 'string' && /^u?int(8|16|32|64)?$/.test(name))
    return { isInteger: true, round: Math.trunc };
  state.refuse('dtype', describeValue(value));
  return FLOAT64;
}
