import { expect, test } from 'vitest';
import type { SiteError } from '../errors.ts';
import { requireLoopback } from './loopback-guard.ts';

function verdict(host: string | undefined, origin?: string): string {
  try {
    requireLoopback(host, origin);
    return 'passes';
  } catch (error) {
    return (error as SiteError).code;
  }
}

test.each(['localhost', 'localhost:8000', 'LOCALHOST', '127.0.0.1:1', '127.9.9.9', '[::1]:8000'])(
  'the name %s passes',
  (host) => {
    expect(verdict(host)).toBe('passes');
    expect(verdict(host, `http://${host}`)).toBe('passes');
  },
);

test.each([
  undefined,
  '',
  'example.com',
  'localhost.example.com',
  '127.0.0.1.example.com',
  '0.0.0.0',
  'a@localhost',
  'localhost:80:80',
])('the name %s is refused', (host) => {
  expect(verdict(host)).toBe('HOST_REFUSED');
});

test.each([
  'http://example.com',
  'null',
  'https://localhost.example.com',
  'file://',
  'http://127.0.0.1@example.com',
])('a page of %s is refused', (origin) => {
  expect(verdict('localhost:8000', origin)).toBe('ORIGIN_REFUSED');
});
