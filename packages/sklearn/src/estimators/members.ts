/**
 * The estimators that a dict, a list or a tuple holds: a model saved together with what its rows go through first.
 * Refuses names that are none of them.
 */
import { SklearnError } from '../errors.ts';
import { isKind, type PickleValue } from '../pickle/value.ts';
import { isObject } from './attribute.ts';
import { isEstimatorName } from './registry.ts';

export interface Member {
  /** A key of the dict, or the place in the list. */
  readonly name: string;
  /** Under which its attributes stand: `["scaler"]`, `[0]`. */
  readonly path: string;
  readonly value: PickleValue;
  readonly className: string;
}

/** `null` of anything but a collection. */
export function membersOf(root: PickleValue): readonly Member[] | null {
  const named = entriesOf(root);
  if (named === null) return null;
  return named.flatMap(([name, path, value]) => {
    if (!isObject(value) || !isEstimatorName(value.global)) return [];
    return [{ name, path, value, className: value.global.name }];
  });
}

function entriesOf(root: PickleValue): [name: string, path: string, value: PickleValue][] | null {
  if (isKind(root, 'dict')) {
    return root.entries.flatMap(([key, value]) =>
      typeof key === 'string'
        ? [[key, `[${JSON.stringify(key)}]`, value] as [string, string, PickleValue]]
        : [],
    );
  }
  if (isKind(root, 'list') || isKind(root, 'tuple')) {
    return root.items.map((value, index) => [`${index}`, `[${index}]`, value]);
  }
  return null;
}

/**
 * What rows go through, in this order: the members of these names; without names the file's own estimator, or the only
 * one of a collection. Throws `ESTIMATOR_UNSUPPORTED` with the names that there are.
 */
export function chooseMembers(root: PickleValue, names: readonly string[]): readonly Member[] {
  const members = membersOf(root);
  if (members === null) {
    if (names.length === 0) return [{ name: '', path: '', value: root, className: '' }];
    throw refusal(`The file holds one estimator by itself, and no member ${shown(names[0]!)}.`);
  }
  if (members.length === 0) throw refusal('The file is a collection that holds no estimator.');
  if (names.length === 0 && members.length === 1) return members;
  const known = members.map(({ name, className }) => `${shown(name)} (${className})`).join(', ');
  if (names.length === 0) {
    throw refusal(
      `The file holds several estimators: ${known}. Name the one to serve, or all that rows go through in their order.`,
    );
  }
  return names.map((name) => {
    const member = members.find((one) => one.name === name);
    if (member === undefined) throw refusal(`The file has no member ${shown(name)}; it has ${known}.`);
    return member;
  });
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}

function refusal(what: string): SklearnError {
  return new SklearnError('ESTIMATOR_UNSUPPORTED', what);
}
