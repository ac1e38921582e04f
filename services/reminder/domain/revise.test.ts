import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PLAN, planReminders } from './plan.ts';
import { type KnownInvoice, type KnownReminder, reviseReminders } from './revise.ts';

const now = new Date('2026-03-30T00:00:00Z');
const invoice: KnownInvoice = {
  ...DEFAULT_PLAN,
  state: 'OPEN',
  dueDates: ['2026-04-10'],
  timeZone: 'Europe/Berlin',
};
const reminder: KnownReminder = {
  state: 'SCHEDULED',
  schedule: { kind: 'offset', offsetDays: -3 },
  planned: true,
  dueDate: '2026-04-10',
  remindTime: new Date('2026-04-07T07:00:00Z'),
};
const fixed: KnownReminder = {
  state: 'SCHEDULED',
  schedule: { kind: 'fixed', time: new Date('2026-04-01T12:00:00Z') },
  planned: false,
  remindTime: new Date('2026-04-01T12:00:00Z'),
};

const revise = (each: KnownReminder, known: KnownInvoice, at: Date) => reviseReminders([each], known, at)[0];

describe('reviseReminders', () => {
  it('keeps what is in line', () => {
    expect(revise(reminder, invoice, now)).toEqual({ verdict: 'KEEP' });
    expect(revise(reminder, { ...invoice, state: 'DRAFT' }, now)).toEqual({ verdict: 'KEEP' });
  });

  it.each([
    ['PAID', 'INVOICE_PAID'],
    ['VOID', 'INVOICE_VOIDED'],
    ['UNCOLLECTIBLE', 'INVOICE_UNCOLLECTIBLE'],
    ['DELETED', 'INVOICE_DELETED'],
  ] as const)('cancels what belongs to an invoice in state %s', (state, reason) => {
    for (const each of [reminder, fixed]) {
      expect(revise(each, { ...invoice, state }, now)).toEqual({ verdict: 'CANCEL', reason });
    }
  });

  it('follows the due date', () => {
    expect(revise(reminder, { ...invoice, dueDates: ['2026-05-10'] }, now)).toEqual({
      verdict: 'MOVE',
      dueDate: '2026-05-10',
      remindTime: new Date('2026-05-07T07:00:00Z'),
    });
  });

  it('cancels what a new due date moves to the past', () => {
    expect(revise(reminder, { ...invoice, dueDates: ['2026-04-01'] }, now)).toEqual({
      verdict: 'CANCEL',
      reason: 'RESCHEDULED_TO_PAST',
    });
  });

  it('follows the time zone, also when the time has passed there', () => {
    const morning = new Date('2026-04-07T06:00:00Z');
    expect(revise(reminder, { ...invoice, timeZone: 'Asia/Tokyo' }, morning)).toEqual({
      verdict: 'MOVE',
      dueDate: '2026-04-10',
      remindTime: new Date('2026-04-07T00:00:00Z'),
    });
  });

  it('follows the time of day, also when that has passed on the day itself', () => {
    const noon = new Date('2026-04-07T10:00:00Z');
    for (const [timeOfDay, time] of [
      ['18:00', '16:00'],
      ['08:00', '06:00'],
    ]) {
      expect(revise(reminder, { ...invoice, timeOfDay: timeOfDay ?? '' }, noon)).toEqual({
        verdict: 'MOVE',
        dueDate: '2026-04-10',
        remindTime: new Date(`2026-04-07T${time}:00Z`),
      });
    }
  });

  it('cancels a step that the plan has no more, and nothing that a user has added or that was sent', () => {
    const known = { ...invoice, offsetsDays: [-7] };
    expect(revise(reminder, known, now)).toEqual({ verdict: 'CANCEL', reason: 'PLAN_CHANGED' });
    for (const each of [{ ...reminder, planned: false }, { ...reminder, state: 'SENT' as const }, fixed]) {
      expect(revise(each, known, now)).toEqual({ verdict: 'KEEP' });
    }
    expect(revise(reminder, { ...known, state: 'PAID' }, now)).toEqual({ verdict: 'CANCEL', reason: 'INVOICE_PAID' });
  });

  it('leaves of one plan, after another, exactly the steps of both, at the times of the other', () => {
    const plans = fc.record({
      offsetsDays: fc.uniqueArray(fc.integer({ min: -30, max: 30 }), { maxLength: 8 }),
      timeOfDay: fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
    });
    fc.assert(
      fc.property(plans, plans, (one, other) => {
        const early = new Date('2026-02-01T00:00:00Z');
        const planned = planReminders({ ...invoice, ...one }, early).map(({ offsetDays, dueDate, remindTime }) => ({
          ...reminder,
          schedule: { kind: 'offset', offsetDays } as const,
          dueDate,
          remindTime,
        }));
        const revisions = reviseReminders(planned, { ...invoice, ...other }, early);
        const wanted = new Map(
          planReminders({ ...invoice, ...other }, early).map((step) => [step.offsetDays, step.remindTime]),
        );
        for (const [index, { schedule, remindTime }] of planned.entries()) {
          const revision = revisions[index];
          const left = revision?.verdict === 'MOVE' ? revision.remindTime : remindTime;
          expect(revision?.verdict === 'CANCEL' ? undefined : left).toEqual(wanted.get(schedule.offsetDays));
        }
      }),
    );
  });

  it('leaves a fixed time where it is', () => {
    const other: KnownInvoice = { ...invoice, dueDates: ['2030-01-01'], timeZone: 'Asia/Tokyo', timeOfDay: '18:00' };
    expect(revise(fixed, other, now)).toEqual({ verdict: 'KEEP' });
  });

  it('keeps what it has moved', () => {
    const days = fc.integer({ min: 0, max: 400 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)));
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    fc.assert(
      fc.property(days, zones, fc.integer({ min: -60, max: 60 }), (day, timeZone, offsetDays) => {
        const known: KnownInvoice = { ...invoice, dueDates: [day.toISOString().slice(0, 10)], timeZone };
        const before = { ...reminder, planned: false, schedule: { kind: 'offset', offsetDays } } as const;
        const revision = revise(before, known, now);
        if (revision?.verdict !== 'MOVE') return;
        expect(revise({ ...before, ...revision }, known, now)).toEqual({ verdict: 'KEEP' });
      }),
    );
  });

  describe('of an invoice in instalments', () => {
    const instalments: KnownInvoice = { ...invoice, dueDates: ['2026-05-10', '2026-06-10'] };
    const at = (dueDate: string, state: KnownReminder['state'] = 'SCHEDULED') => ({ ...reminder, dueDate, state });

    it('cancels what reminds of one that is settled, where the others have the same', () => {
      const reminders = [at('2026-04-10'), at('2026-05-10', 'SENT'), at('2026-06-10', 'CANCELLED')];
      expect(reviseReminders(reminders, instalments, now)).toEqual([
        { verdict: 'CANCEL', reason: 'INSTALMENT_SETTLED' },
        { verdict: 'KEEP' },
        { verdict: 'KEEP' },
      ]);
    });

    it('moves what reminds of one that is settled to the first that lacks it, each to another', () => {
      const reminders = [at('2026-04-10'), at('2026-04-11'), at('2026-04-12')];
      expect(reviseReminders(reminders, instalments, now)).toMatchObject([
        { verdict: 'MOVE', dueDate: '2026-05-10' },
        { verdict: 'MOVE', dueDate: '2026-06-10' },
        { verdict: 'CANCEL', reason: 'INSTALMENT_SETTLED' },
      ]);
    });

    it('moves nothing to a day for which its time has passed', () => {
      const late = new Date('2026-05-07T07:00:00Z');
      expect(reviseReminders([at('2026-04-10')], instalments, late)).toMatchObject([
        { verdict: 'MOVE', dueDate: '2026-06-10' },
      ]);
      const known = { ...instalments, dueDates: ['2026-05-10'] };
      expect(reviseReminders([at('2026-04-10')], known, late)).toEqual([
        { verdict: 'CANCEL', reason: 'RESCHEDULED_TO_PAST' },
      ]);
    });
  });
});
