import { expect, test } from 'vitest';
import { formatTimeout, parseTimeout } from './timeout.ts';

test.each([
  [0, '0m'],
  [-5, '0m'],
  [0.2, '1m'],
  [10_000, '10000m'],
  [99_999_999, '99999999m'],
  [100_000_001, '100001S'],
  [1e12, '16666667M'],
  [Number.MAX_SAFE_INTEGER, '99999999H'],
])('%f ms are written as %s', (timeoutMs, header) => {
  expect(formatTimeout(timeoutMs)).toBe(header);
});

test.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3_000],
  ['4m', 4],
  ['500u', 0.5],
  ['99999999H', 359_999_996_400_000],
])('%s is read as %f ms', (header, timeoutMs) => {
  expect(parseTimeout(header, Number.POSITIVE_INFINITY)).toBeCloseTo(timeoutMs, 6);
});

test.each(['', '1', 'm', '1.5S', ' 1S', '123456789S', '1s', '-1S'])('"%s" is no timeout', (header) => {
  expect(() => parseTimeout(header, 1)).toThrow('invalid grpc-timeout');
});
