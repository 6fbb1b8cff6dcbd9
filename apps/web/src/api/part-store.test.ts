import type { Design, RecommendationResponse } from '@chamfer/contracts';
import { describe, expect, test } from 'vitest';
import { createPartStore, type PartSource } from './part-store.ts';

const ANSWER = { catalogue: 'demo' } as RecommendationResponse;

function fileNamed(name: string): PartSource {
  return { name, load: async () => ({ name, file: new Blob([name]) }) };
}

/** Lets every promise that can settle do so. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the part store', () => {
  test('shows the picture before the answer has come', async () => {
    const answering = Promise.withResolvers<RecommendationResponse>();
    const store = createPartStore({
      drawFile: async (_file, name) => `picture of ${name}`,
      recommend: () => answering.promise,
    });
    store.open(fileNamed('a.stl'));
    expect(store.getPart()?.picture).toEqual({ status: 'waiting' });
    await settled();
    expect(store.getPart()).toMatchObject({
      name: 'a.stl',
      sizeBytes: 5,
      picture: { status: 'ready', value: 'picture of a.stl' },
      answer: { status: 'waiting' },
    });
    answering.resolve(ANSWER);
    await settled();
    expect(store.getPart()?.answer).toEqual({ status: 'ready', value: ANSWER });
  });

  test('the last of two parts wins, also where the first answers last', async () => {
    const answers = new Map<string, PromiseWithResolvers<RecommendationResponse>>();
    const aborted: string[] = [];
    const store = createPartStore({
      drawFile: async (_file, name) => name,
      recommend(_file, name, signal) {
        signal.addEventListener('abort', () => aborted.push(name));
        const answer = Promise.withResolvers<RecommendationResponse>();
        answers.set(name, answer);
        return answer.promise;
      },
    });
    store.open(fileNamed('first.stl'));
    await settled();
    store.open(fileNamed('second.stl'));
    await settled();
    answers.get('second.stl')!.resolve(ANSWER);
    await settled();
    answers.get('first.stl')!.resolve({ ...ANSWER, catalogue: 'stale' });
    await settled();
    expect(aborted).toEqual(['first.stl']);
    expect(store.getPart()).toMatchObject({
      name: 'second.stl',
      picture: { value: 'second.stl' },
      answer: { status: 'ready', value: { catalogue: 'demo' } },
    });
  });

  test('a file that cannot be drawn still gets the answer, and the other way round', async () => {
    const store = createPartStore<string>({
      drawFile: () => Promise.reject(new Error('No triangles.')),
      recommend: async () => ANSWER,
    });
    store.open(fileNamed('a.stl'));
    await settled();
    expect(store.getPart()).toMatchObject({
      picture: { status: 'failed', failure: { detail: 'No triangles.' } },
      answer: { status: 'ready' },
    });
  });

  test('a design of the catalogue is known by its id at once, and whole when it is loaded', async () => {
    const store = createPartStore({ drawFile: async () => 'drawn', recommend: async () => ANSWER });
    const design = { id: 'a' } as Design;
    store.open({ name: 'a', designId: 'a', load: async () => ({ name: 'A', file: new Blob(), design }) });
    expect(store.getPart()).toMatchObject({ name: 'a', designId: 'a', design: undefined });
    await settled();
    expect(store.getPart()).toMatchObject({ name: 'A', designId: 'a', design });
  });

  test('closing forgets the part and what still arrives; retry opens it again', async () => {
    const store = createPartStore({ drawFile: async () => 'drawn', recommend: async () => ANSWER });
    let changes = 0;
    const stop = store.subscribe(() => changes++);
    store.open(fileNamed('a.stl'));
    store.close();
    await settled();
    expect(store.getPart()).toBeUndefined();
    expect(changes).toBe(2);
    stop();
    store.retry();
    await settled();
    expect(store.getPart()).toMatchObject({ name: 'a.stl', answer: { status: 'ready' } });
    expect(changes).toBe(2);
  });
});
