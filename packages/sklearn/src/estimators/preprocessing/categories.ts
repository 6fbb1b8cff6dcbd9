/** The categories of the encoders: which number is which category. Refuses categories of text. */
import { SklearnError } from '../../errors.ts';
import { type Attribute, describeValue } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';

/** One column: its categories in their order, and the group each belongs to (itself, or the infrequent ones). */
export interface CategoryColumn {
  readonly values: Float64Array;
  /** NaN finds NaN, 0 finds -0. */
  readonly places: ReadonlyMap<number, number>;
  /** The code of each category after those that are infrequent have become one. */
  readonly groups: Int32Array;
  readonly groupCount: number;
  /** The group of infrequent categories; -1 where there are none. */
  readonly infrequent: number;
}

export function readCategories(state: ObjectState): CategoryColumn[] {
  const columns = state.attribute('categories_').items();
  const mappings = isInfrequentEnabled(state) ? state.attribute('_default_to_infrequent_mappings') : null;
  const infrequent = mappings === null ? null : state.attribute('_infrequent_indices').items();
  const each = mappings?.items();
  if ((each ?? columns).length !== columns.length || (infrequent ?? columns).length !== columns.length) {
    throw mappings!.malformed(`a list of ${columns.length}`);
  }
  return columns.map((attribute, j) => {
    const values = readNumbers(state, attribute);
    const places = new Map<number, number>();
    for (const [index, value] of values.entries()) if (!places.has(value)) places.set(value, index);
    const mapping = each?.[j];
    if (mapping === undefined || mapping.isNone) {
      const groups = Int32Array.from(values.keys());
      return { values, places, groups, groupCount: values.length, infrequent: -1 };
    }
    const groups = mapping.indices([values.length], 0, Math.max(values.length - 1, 0));
    const at = infrequent![j]!;
    const first = at.indices(at.shape(), 0, values.length - 1)[0];
    if (first === undefined) throw at.malformed('one category or more');
    const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
    return { values, places, groups, groupCount, infrequent: groups[first]! };
  });
}

/** From 1.1 on, where one of the two limits is set. */
function isInfrequentEnabled(state: ObjectState): boolean {
  return state.optional('_infrequent_enabled')?.boolean() ?? false;
}

function readNumbers(state: ObjectState, attribute: Attribute): Float64Array {
  const { value } = attribute;
  const isArray = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ndarray';
  if (isArray && /^[fiub]\d/.test(value.dtype)) return attribute.vector();
  if (isArray && value.dtype === 'O') {
    const items = attribute.items();
    if (items.every((item) => isNumber(item))) return Float64Array.from(items, (item) => item.number());
  }
  if (!isArray) throw attribute.malformed('an array of categories');
  state.refuse(attribute.path.slice(state.path === '' ? 0 : state.path.length + 1), describeText(attribute));
  return new Float64Array(1);
}

function isNumber(item: Attribute): boolean {
  const { value } = item;
  return typeof value === 'number' || (typeof value === 'object' && value !== null && 'kind' in value);
}

function describeText(attribute: Attribute): string {
  return `categories that are no numbers, ${describeValue(attribute.value)}`;
}

export function unknownCategory(className: string, row: number, column: number, value: number): SklearnError {
  const path = `inputs[${row}]`;
  return new SklearnError(
    'INPUT_INVALID',
    `${path} holds ${value} in column ${column} of the ${className}, a category that it does not know.`,
    { path },
  );
}
