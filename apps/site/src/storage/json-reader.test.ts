import { expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import { JsonReader } from './json-reader.ts';

function read(text: string): JsonReader {
  return JsonReader.parse(new TextEncoder().encode(text), 'x.json', 'MODEL_BROKEN');
}

function complaintOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SiteError && error.code === 'MODEL_BROKEN') return error.message;
    throw error;
  }
  return 'accepted';
}

test('reads what stands there', () => {
  const document = read('{"name": "a", "list": [{"n": 3}], "no": null, "yes": true}');
  expect(document.field('name').text(/^a$/)).toBe('a');
  expect(document.field('list').list()[0]!.field('n').integer(1)).toBe(3);
  expect(document.field('no').isNull()).toBe(true);
  expect(document.field('yes').boolean()).toBe(true);
  expect(document.optional('other', (field) => field.text())).toBeUndefined();
  expect(document.entries().map(([name]) => name)).toEqual(['name', 'list', 'no', 'yes']);
});

test('says in which file, where, and what should stand there', () => {
  const document = read('{"a": {"b": [1, "x"]}, "n": 1.5}');
  const second = (): JsonReader => document.field('a').field('b').list()[1]!;
  expect(complaintOf(() => second().number())).toBe('x.json: a.b[1] should be a number');
  expect(complaintOf(() => second().text(/^y$/))).toBe('x.json: a.b[1] should match ^y$');
  expect(complaintOf(() => second().oneOf(['p', 'q']))).toBe('x.json: a.b[1] should be one of p, q');
  expect(complaintOf(() => document.field('n').integer(0))).toBe(
    'x.json: n should be an integer of at least 0',
  );
  expect(complaintOf(() => document.field('n').field('m'))).toBe('x.json: n should be an object');
  expect(complaintOf(() => document.field('none').list())).toBe('x.json: none should be an array');
  expect(complaintOf(() => read('[]').field('a'))).toBe('x.json: the document should be an object');
  expect(complaintOf(() => read('{'))).toContain('x.json is not JSON: ');
});

test('names of the language are ordinary names', () => {
  expect(read('{}').field('constructor').isPresent).toBe(false);
  expect(read('{"__proto__": 1}').field('__proto__').integer(0)).toBe(1);
});
