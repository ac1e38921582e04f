import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KnownInvoice, reviseReminder, type ScheduledReminder } from './revise.ts';

const now = new Date('2026-03-30T00:00:00Z');
const invoice: KnownInvoice = { state: 'OPEN', dueDate: '2026-04-10', timeZone: 'Europe/Berlin' };
const reminder: ScheduledReminder = {
  schedule: { kind: 'offset', offsetDays: -3 },
  dueDate: '2026-04-10',
  remindTime: new Date('2026-04-07T07:00:00Z'),
};
const fixed: ScheduledReminder = {
  schedule: { kind: 'fixed', time: new Date('2026-04-01T12:00:00Z') },
  remindTime: new Date('2026-04-01T12:00:00Z'),
};

describe('reviseReminder', () => {
  it('keeps what is in line', () => {
    expect(reviseReminder(reminder, invoice, now)).toEqual({ verdict: 'KEEP' });
    expect(reviseReminder(reminder, { ...invoice, state: 'DRAFT' }, now)).toEqual({ verdict: 'KEEP' });
  });

  it.each([
    ['PAID', 'INVOICE_PAID'],
    ['VOID', 'INVOICE_VOIDED'],
    ['UNCOLLECTIBLE', 'INVOICE_UNCOLLECTIBLE'],
    ['DELETED', 'INVOICE_DELETED'],
  ] as const)('cancels what belongs to an invoice in state %s', (state, reason) => {
    for (const each of [reminder, fixed]) {
      expect(reviseReminder(each, { ...invoice, state }, now)).toEqual({ verdict: 'CANCEL', reason });
    }
  });

  it('follows the due date', () => {
    expect(reviseReminder(reminder, { ...invoice, dueDate: '2026-05-10' }, now)).toEqual({
      verdict: 'MOVE',
      dueDate: '2026-05-10',
      remindTime: new Date('2026-05-07T07:00:00Z'),
    });
  });

  it('cancels what a new due date moves to the past', () => {
    expect(reviseReminder(reminder, { ...invoice, dueDate: '2026-04-01' }, now)).toEqual({
      verdict: 'CANCEL',
      reason: 'RESCHEDULED_TO_PAST',
    });
  });

  it('follows the time zone, also when the time has passed there', () => {
    const morning = new Date('2026-04-07T06:00:00Z');
    expect(reviseReminder(reminder, { ...invoice, timeZone: 'Asia/Tokyo' }, morning)).toEqual({
      verdict: 'MOVE',
      dueDate: '2026-04-10',
      remindTime: new Date('2026-04-07T00:00:00Z'),
    });
  });

  it('leaves a fixed time where it is', () => {
    const other: KnownInvoice = { state: 'OPEN', dueDate: '2030-01-01', timeZone: 'Asia/Tokyo' };
    expect(reviseReminder(fixed, other, now)).toEqual({ verdict: 'KEEP' });
  });

  it('keeps what it has moved', () => {
    const days = fc.integer({ min: 0, max: 400 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)));
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(days, zones, fc.integer({ min: -60, max: 60 }), (day, timeZone, offsetDays) => {
        const known: KnownInvoice = { state: 'OPEN', dueDate: day.toISOString().slice(0, 10), timeZone };
        const before = { ...reminder, schedule: { kind: 'offset', offsetDays } } as const;
        const revision = reviseReminder(before, known, now);
        if (revision.verdict !== 'MOVE') return;
        expect(reviseReminder({ ...before, ...revision }, known, now)).toEqual({ verdict: 'KEEP' });
      }),
    );
  });
});
