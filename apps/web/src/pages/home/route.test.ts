import { expect, test } from 'vitest';
import { formatRoute, parseRoute, type Route } from './route.ts';

test.each<Route>([
  { view: 'home' },
  { view: 'models' },
  { view: 'part', compareId: undefined },
  { view: 'part', compareId: 'iso4762-m6x20' },
  { view: 'similar', designId: 'a.b_c', compareId: undefined },
  { view: 'similar', designId: 'a', compareId: 'b' },
])('%j survives the address bar', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test.each(['', '#', '#/', '#/nowhere', '#/similar', '#/similar/%2e%2e', '#/similar/<script>'])(
  '%j is home',
  (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'home' });
  },
);
