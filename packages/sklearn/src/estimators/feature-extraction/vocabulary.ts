/** Which name is which column: the vocabularies of vectorizers. Refuses columns that are none. */
import { isKind } from '../../pickle/value.ts';
import type { Attribute } from '../attribute.ts';
import type { ObjectState } from '../object-state.ts';

/** As many columns as hashing has at most. */
const WORDS_MAX = 2 ** 22;

/** What was fitted, or, where it was given and never fitted, what was given: a dict, or names in their order. */
export function readVocabulary(state: ObjectState): ReadonlyMap<string, number> {
  const attribute = state.optional('vocabulary_') ?? state.attribute('vocabulary');
  const { value } = attribute;
  const places = new Map<string, number>();
  if (isKind(value, 'dict')) {
    const size = value.entries.length;
    for (const [name, place] of value.entries) {
      if (typeof name !== 'string') throw attribute.malformed('a dict of texts');
      places.set(name, placeOf(attribute, place, size));
    }
  } else if (isKind(value, 'set')) {
    const names = value.items.map((item) => (typeof item === 'string' ? item : ''));
    for (const name of names.sort(byCodePoint)) places.set(name, places.size);
  } else for (const item of attribute.items()) places.set(item.text(), places.size);
  if (places.size === 0 || places.size > WORDS_MAX) throw attribute.malformed(`1 to ${WORDS_MAX} names`);
  return places;
}

function placeOf(attribute: Attribute, place: unknown, size: number): number {
  const isNumber = typeof place === 'object' && place !== null && 'kind' in place && place.kind === 'ndarray';
  const number = isNumber ? Number((place as unknown as { data: ArrayLike<number> }).data[0]) : place;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < size) return number;
  throw attribute.malformed(`a dict of numbers below ${size}`);
}

/** As Python sorts texts. */
function byCodePoint(a: string, b: string): number {
  const left = Array.from(a, (letter) => letter.codePointAt(0)!);
  const right = Array.from(b, (letter) => letter.codePointAt(0)!);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return left.length - right.length;
}
