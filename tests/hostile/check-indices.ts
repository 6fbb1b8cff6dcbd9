/**
 * Makes every index into an array in the code of the estimators a checked one: reading or writing past the end of a
 * typed array is silent in JavaScript, and is thrown here with its place.
 */
import { parseSync, Visitor } from 'oxc-parser';

/** The files that are changed, by path. */
export const CHECKED: RegExp = /\/packages\/sklearn\/src\/(estimators|simd)\/.*(?<!\.test)\.ts$/;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Code that stands for a value and can be written twice. */
const PLAIN = /^(this\.)?#?[\w$]+(\.#?[\w$]+)*$/;

/** The code of a file with each index in a call of `__checkIndex`. */
export function withChecks(source: string, path: string): string {
  const places: { readonly at: number; readonly text: string }[] = [];
  const { program } = parseSync(path, source);
  const check = (object: Span, index: Span): void => {
    const array = source.slice(object.start, object.end).replaceAll('!', '');
    if (!PLAIN.test(array)) return;
    const line = source.slice(0, index.start).split('\n').length;
    places.push({ at: index.start, text: `__checkIndex(${array}, ` });
    places.push({ at: index.end, text: `, ${JSON.stringify(`${path}:${line}`)})` });
  };
  new Visitor({
    // `a[i]!` says that there is a value; an assignment, that there is a place for one.
    TSNonNullExpression({ expression }) {
      if (expression.type === 'MemberExpression' && expression.computed)
        check(expression.object, expression.property);
    },
    AssignmentExpression({ left }) {
      if (left.type === 'MemberExpression' && left.computed) check(left.object, left.property);
    },
  }).visit(program);
  let text = source;
  for (const { at, text: added } of places.toSorted((a, b) => b.at - a.at))
    text = text.slice(0, at) + added + text.slice(at);
  return text;
}

/** Before changed code runs. */
export function installCheck(): void {
  Object.defineProperty(globalThis, '__checkIndex', { value: checkIndex, configurable: true });
}

function checkIndex(array: unknown, index: unknown, place: string): unknown {
  const isTyped = ArrayBuffer.isView(array);
  if (!isTyped && !Array.isArray(array)) return index;
  const { length } = array as unknown as { readonly length: number };
  // Lists may grow.
  const end = isTyped ? length : length + 1;
  if (Number.isInteger(index) && (index as number) >= 0 && (index as number) < end) return index;
  throw new RangeError(`Index ${String(index)} of ${length} at ${place}`);
}
