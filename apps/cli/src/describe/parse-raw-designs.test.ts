import { expect, test } from 'vitest';
import { parseRawDesigns } from './parse-raw-designs.ts';

const design = {
  id: 'm4-nut',
  name: 'Nut M4',
  kind: 'nut',
  attributes: { size: 'M4', pitch: 0.7 },
  source: 'x',
  file: 'a/nut.stl',
};

test('takes whole designs', () => {
  expect(parseRawDesigns(JSON.stringify([design]))).toEqual([design]);
});

test.each([
  ['{}', 'must be a list'],
  ['[1]', 'entry 1: must be an object'],
  [JSON.stringify([design, design]), 'entry 2: the id m4-nut is used twice'],
  [JSON.stringify([{ ...design, id: '../m4' }]), 'entry 1: the id must match'],
  [JSON.stringify([{ ...design, id: 'M4' }]), 'entry 1: the id must match'],
  [JSON.stringify([{ ...design, kind: '' }]), 'entry 1: kind must be a text'],
  [JSON.stringify([{ ...design, file: '/etc/passwd' }]), 'entry 1: file must lie inside the folder'],
  [JSON.stringify([{ ...design, file: 'a/../../x.stl' }]), 'entry 1: file must lie inside the folder'],
  [JSON.stringify([{ ...design, attributes: [] }]), 'entry 1: attributes must be an object'],
  [
    JSON.stringify([{ ...design, attributes: { a: null } }]),
    'entry 1: attribute a must be a text or a number',
  ],
])('refuses %s', (json, message) => {
  expect(() => parseRawDesigns(json)).toThrow(message);
});
