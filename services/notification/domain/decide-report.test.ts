import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideReport, type Report, type ReportedMail } from './decide-report.ts';

const NOW = new Date('2026-11-03T11:00:00.000Z');
const LATER = new Date('2026-11-03T12:00:00.000Z');
const SENT: ReportedMail = {
  state: 'SENT',
  deliverTime: null,
  delayTime: null,
  bounceTime: null,
  statusCode: '',
  error: '',
};
const FAILED: Report = { action: 'FAILED', statusCode: '5.1.1', words: '550 no such user' };
const DELAYED: Report = { action: 'DELAYED', statusCode: '4.4.1', words: 'connection timed out' };
const DELIVERED: Report = { action: 'DELIVERED', statusCode: '2.0.0', words: '250 ok' };

/** The mail after reports, one after the other, all read at the same time. */
function after(reports: readonly Report[], mail = SENT): ReportedMail {
  return reports.reduce((before, report) => {
    const decision = decideReport(before, report, NOW);
    return decision.kind === 'changed' ? decision.after : before;
  }, mail);
}

test('a mail that cannot be delivered has bounced, with the reason', () => {
  expect(after([FAILED])).toEqual({
    ...SENT,
    state: 'BOUNCED',
    bounceTime: NOW,
    statusCode: '5.1.1',
    error: '550 no such user',
  });
});

test('a mail that is delayed is still sent, with the reason', () => {
  expect(after([DELAYED])).toEqual({ ...SENT, delayTime: NOW, statusCode: '4.4.1', error: 'connection timed out' });
});

test('a mail that was delivered is sent, and not delayed any more', () => {
  expect(after([DELIVERED])).toEqual({ ...SENT, deliverTime: NOW });
  expect(after([DELAYED, DELIVERED])).toEqual({ ...SENT, deliverTime: NOW });
});

test('a mail that was given up on after delays has bounced with the last reason', () => {
  expect(after([DELAYED, FAILED])).toEqual(after([FAILED]));
});

test('a mail that reached one mailbox and bounced from another is both, and neither hides the other', () => {
  expect(after([DELIVERED, FAILED])).toEqual({ ...after([FAILED]), deliverTime: NOW });
});

test('of two reports of one kind the first counts', () => {
  for (const report of [FAILED, DELAYED, DELIVERED]) {
    const first = after([report]);
    const second = { ...report, statusCode: '5.9.9', words: 'other' };
    expect(decideReport(first, second, LATER)).toEqual({ kind: 'known' });
  }
});

test('the end depends neither on the order of reports nor on how often each comes', () => {
  const reports = fc.array(fc.constantFrom(FAILED, DELAYED, DELIVERED), { minLength: 1 });
  fc.assert(
    fc.property(
      reports.chain((some) =>
        fc.tuple(fc.constant(some), fc.shuffledSubarray([...new Set(some)], { minLength: new Set(some).size })),
      ),
      ([some, eachOnce]) => {
        expect(after(some)).toEqual(after(eachOnce));
      },
    ),
  );
});

test('a mail that is still being sent waits for its report, and one that was given up on is left alone', () => {
  for (const report of [FAILED, DELAYED, DELIVERED]) {
    expect(decideReport({ ...SENT, state: 'QUEUED' }, report, NOW)).toEqual({ kind: 'early' });
    expect(decideReport({ ...SENT, state: 'FAILED', error: 'refused' }, report, NOW)).toEqual({ kind: 'given-up' });
  }
});
