import { describe, expect, test } from 'vitest';
import { type Answer, decideDelivery, findDisableReason, parseRetryAfter } from './decide-delivery.ts';

const now = new Date('2026-03-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const failed: Answer = { statusCode: 500, error: 'It was answered with status 500.', retryAfterMs: undefined };
const taken: Answer = { statusCode: 204, error: '', retryAfterMs: undefined };

/** The time until the next attempt; undefined when there is none. */
function pauseMs(tries: number, answer: Answer = failed, random = 0): number | undefined {
  const next = decideDelivery(tries, answer, now, random);
  return next.state === 'QUEUED' ? next.nextAttemptTime.getTime() - now.getTime() : undefined;
}

describe('a delivery', () => {
  test('that was taken is done, at whichever try', () => {
    for (const tries of [1, 11, 99]) expect(decideDelivery(tries, taken, now, 0)).toEqual({ state: 'DELIVERED' });
  });

  test('is tried again after growing pauses for three days, and then given up', () => {
    const pauses = Array.from({ length: 10 }, (_, index) => pauseMs(index + 1) ?? 0);
    expect(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0))).toBe(true);
    expect(pauses[0]).toBe(10_000);
    const sum = pauses.reduce((total, pause) => total + pause);
    expect(sum).toBeGreaterThan(72 * HOUR_MS);
    expect(sum).toBeLessThan(80 * HOUR_MS);
    expect(decideDelivery(11, failed, now, 0)).toEqual({ state: 'FAILED' });
  });

  test('waits by chance up to a tenth longer', () => {
    expect(pauseMs(1, failed, 0.5)).toBe(10_500);
    expect(pauseMs(1, failed, 1)).toBe(11_000);
  });

  test('waits for as long as the receiver asks, but never less than without, and a day at most', () => {
    expect(pauseMs(1, { ...failed, retryAfterMs: 90_000 })).toBe(90_000);
    expect(pauseMs(1, { ...failed, retryAfterMs: 1_000 })).toBe(10_000);
    expect(pauseMs(1, { ...failed, retryAfterMs: 999 * HOUR_MS })).toBe(24 * HOUR_MS);
  });

  test('that the receiver wants no more is given up', () => {
    expect(decideDelivery(1, { ...failed, statusCode: 410 }, now, 0)).toEqual({ state: 'FAILED' });
  });
});

describe('an endpoint', () => {
  const ago = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);

  test('that says it wants no more is disabled, whatever was before', () => {
    expect(findDisableReason(null, 1, { ...failed, statusCode: 410 }, now)).toBe('GONE');
  });

  test('is disabled when nothing but failures came of three days', () => {
    expect(findDisableReason(null, 8, failed, now)).toBeUndefined();
    expect(findDisableReason(ago(71.9), 8, failed, now)).toBeUndefined();
    expect(findDisableReason(ago(72), 8, failed, now)).toBe('FAILING');
    expect(findDisableReason(ago(72), 8, taken, now)).toBeUndefined();
  });

  test('is not because there were few attempts in that time, as when this system was down', () => {
    expect(findDisableReason(ago(200), 7, failed, now)).toBeUndefined();
  });
});

test.each([
  ['0', 0],
  ['120', 120_000],
  ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['99999999999999999999', undefined],
  ['2026-03-01', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s asks for %s ms', (header, expected) => {
  expect(parseRetryAfter(header, now)).toBe(expected);
});
