import { describe, expect, test } from 'vitest';
import { type Attempt, decideNext, isOutdated, type Next, type Outcome } from './decide-next.ts';

const createTime = new Date('2026-03-01T12:00:00Z');
const reason = '451 Try again later';

function attempt(kind: Attempt['kind'], attempts = 1): Attempt {
  return { kind, createTime, attempts };
}

/** What becomes of a mail that fails at each attempt, from the first to the last. */
function tryToTheEnd(kind: Attempt['kind'], outcome: Outcome): { readonly pausesMs: number[]; readonly end: Next } {
  const pausesMs: number[] = [];
  let now = createTime;
  for (let attempts = 1; ; attempts++) {
    const next = decideNext(attempt(kind, attempts), outcome, now);
    if (next.state !== 'QUEUED') return { pausesMs, end: next };
    pausesMs.push(next.nextAttemptTime.getTime() - now.getTime());
    now = next.nextAttemptTime;
  }
}

function sumHours(pausesMs: readonly number[]): number {
  return pausesMs.reduce((sum, pauseMs) => sum + pauseMs, 0) / 3_600_000;
}

test('a mail that was taken is sent', () => {
  expect(decideNext(attempt('REMINDER'), { kind: 'accepted' }, createTime)).toEqual({ state: 'SENT' });
});

test('a mail that was refused for good has failed at once', () => {
  const next = decideNext(attempt('INVOICE_SENT'), { kind: 'refused', reason }, createTime);
  expect(next).toEqual({ state: 'FAILED', error: reason });
});

describe.each(['deferred', 'unreachable'] as const)('a mail that was %s', (kind) => {
  test('is tried again after pauses that double up to a quarter of an hour', () => {
    const seconds = tryToTheEnd('INVOICE_SENT', { kind, reason }).pausesMs.map((pauseMs) => pauseMs / 1000);
    expect(seconds.slice(0, 8)).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
  });

  test.each([
    ['INVOICE_SENT', 120],
    ['PAYMENT_RECEIVED', 120],
    ['QUOTE_SENT', 120],
    ['REMINDER', 12],
    ['PASSWORD_RESET', 1],
    ['PASSWORD_CHANGED', 120],
    ['EMAIL_CHANGED', 120],
  ] as const)('is given up as %s after about %d hours', (mail, hours) => {
    const { pausesMs, end } = tryToTheEnd(mail, { kind, reason });
    expect(end).toEqual({ state: 'FAILED', error: reason });
    expect(sumHours(pausesMs)).toBeGreaterThan(hours - 1);
    expect(sumHours(pausesMs)).toBeLessThanOrEqual(hours);
  });
});

describe('when nobody knows whether it was taken', () => {
  const outcome: Outcome = { kind: 'unknown', reason };

  test('an invoice, a receipt or a quote is sent again', () => {
    for (const kind of ['INVOICE_SENT', 'PAYMENT_RECEIVED', 'QUOTE_SENT'] as const) {
      expect(decideNext(attempt(kind), outcome, createTime)).toMatchObject({ state: 'QUEUED', error: reason });
    }
  });

  test('a reminder is not', () => {
    expect(decideNext(attempt('REMINDER'), outcome, createTime)).toEqual({ state: 'FAILED', error: reason });
  });
});

test('a reminder goes out of date, and what it offers is over', () => {
  const [time, later] = [new Date('2026-03-02T00:00:00Z'), new Date('2026-03-02T00:00:01Z')];
  const isLate = (kind: Attempt['kind'], at: Date, expireTime: Date | null = null) =>
    isOutdated({ ...attempt(kind), expireTime }, at);
  expect([isLate('REMINDER', time), isLate('REMINDER', later), isLate('INVOICE_SENT', later)]).toEqual([
    false,
    true,
    false,
  ]);
  expect([isLate('QUOTE_SENT', time, later), isLate('QUOTE_SENT', later, later)]).toEqual([false, true]);
});
