/** Every attack of `tests/hostile/corpus`, refused by its code and in words that help; `test:hostile` measures memory. */
import { describe, expect, test } from 'vitest';
import { ATTACKS } from '../../../tests/hostile/corpus/all-attacks.ts';
import { tryAttack } from '../../../tests/hostile/corpus/try-attack.ts';

/** What a message may take of a terminal. */
const MESSAGE_LENGTH_MAX = 400;

describe('the corpus', () => {
  test.each(ATTACKS)('$name', async ({ bytes, reader, code, says }) => {
    const refusal = await tryAttack(bytes(), reader);
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(says) });
    expect(refusal.message.length).toBeLessThan(MESSAGE_LENGTH_MAX);
    expect(refusal.message).toMatch(/^[^\p{Cc}]*$/u);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  test('each has a name of its own', () => {
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });
});
