import { expect, test } from 'vitest';
import { httpUrl } from './http-url.ts';

test.each([
  ['localhost', 'http://localhost:8080'],
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['::1', 'http://[::1]:8080'],
])('of %s is %s', (host, url) => {
  expect(httpUrl(host, 8080)).toBe(url);
});
