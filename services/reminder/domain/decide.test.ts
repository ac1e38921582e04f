import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DueReminder, decideReminders as decideAt, type RemindedInvoice } from './decide.ts';
import { DEFAULT_PLAN } from './plan.ts';

const DUE = '2026-12-31';
const open: RemindedInvoice = {
  ...DEFAULT_PLAN,
  state: 'OPEN',
  dueDates: [DUE, '2027-01-31'],
  timeZone: 'UTC',
  isDueDateOpen: false,
  paused: false,
};
const reminder = (id: string, day: number, dueDate: string | undefined = DUE): DueReminder => ({
  id,
  schedule: { kind: 'offset', offsetDays: -7 },
  planned: true,
  remindTime: new Date(Date.UTC(2026, 11, day)),
  dueDate,
});
/** Decides at a moment after all times. */
const decideReminders = (due: readonly DueReminder[], invoice: RemindedInvoice) =>
  decideAt(due, invoice, new Date('2027-06-01T00:00:00Z'));

describe('decideReminders', () => {
  it('sends the one reminder that is due', () => {
    expect(decideReminders([reminder('a', 24)], open)).toEqual([{ id: 'a', verdict: 'SEND' }]);
  });

  it('sends only the latest after an outage', () => {
    expect(decideReminders([reminder('a', 24), reminder('c', 31), reminder('b', 28)], open)).toEqual([
      { id: 'a', verdict: 'CANCEL', reason: 'SUPERSEDED' },
      { id: 'c', verdict: 'SEND' },
      { id: 'b', verdict: 'CANCEL', reason: 'SUPERSEDED' },
    ]);
  });

  it('sends one of two at the same time: that of the later instalment, which asks for what the other does as well', () => {
    for (const [a, b] of [
      [DUE, DUE],
      [DUE, '2027-01-31'],
      ['2027-01-31', DUE],
    ] as const) {
      const sent = a > b ? 'a' : 'b';
      expect(decideReminders([reminder('b', 24, b), reminder('a', 24, a)], open)).toContainEqual({
        id: sent,
        verdict: 'SEND',
      });
    }
  });

  it.each([
    ['DRAFT', 'INVOICE_NOT_SENT'],
    ['PAID', 'INVOICE_PAID'],
    ['VOID', 'INVOICE_VOIDED'],
    ['UNCOLLECTIBLE', 'INVOICE_UNCOLLECTIBLE'],
    ['DELETED', 'INVOICE_DELETED'],
  ] as const)('cancels all of an invoice in state %s, paused or not', (state, reason) => {
    for (const paused of [false, true]) {
      const decisions = decideReminders([reminder('a', 24), reminder('b', 28)], { ...open, state, paused });
      expect(decisions).toEqual(['a', 'b'].map((id) => ({ id, verdict: 'CANCEL', reason })));
    }
  });

  it('waits with those of a draft that follow from a due date which is not settled yet, and with no others', () => {
    const draft = { ...open, state: 'DRAFT', isDueDateOpen: true } as const;
    const { dueDate: _, ...fixed } = reminder('b', 24);
    expect(decideReminders([reminder('a', 24), fixed], draft)).toEqual([
      { id: 'a', verdict: 'WAIT' },
      { id: 'b', verdict: 'CANCEL', reason: 'INVOICE_NOT_SENT' },
    ]);
  });

  it('cancels all of a paused invoice', () => {
    expect(decideReminders([reminder('a', 24)], { ...open, paused: true })).toEqual([
      { id: 'a', verdict: 'CANCEL', reason: 'PAUSED' },
    ]);
  });

  it('works out anew what belongs to a day that is none of its due dates, and sends what does not', () => {
    expect(decideReminders([reminder('a', 24), reminder('b', 28, '2026-12-28')], open)).toEqual([
      { id: 'a', verdict: 'SEND' },
      { id: 'b', verdict: 'RESCHEDULE' },
    ]);
  });

  it('sends no step that the plan has no more, but what a user has added', () => {
    const invoice = { ...open, offsetsDays: [-3, 7] };
    const own = { ...reminder('b', 24), planned: false };
    expect(decideReminders([reminder('a', 28), own], invoice)).toEqual([
      { id: 'a', verdict: 'RESCHEDULE' },
      { id: 'b', verdict: 'SEND' },
    ]);
  });

  it('sends nothing before the time of day, which has become later, or in a zone where it has not come yet', () => {
    const due = [reminder('a', 24)];
    const now = new Date('2026-12-24T10:00:00Z');
    expect(decideAt(due, { ...open, timeOfDay: '10:00' }, now)).toEqual([{ id: 'a', verdict: 'SEND' }]);
    for (const invoice of [
      { ...open, timeOfDay: '10:01' },
      { ...open, timeZone: 'America/New_York' },
    ]) {
      expect(decideAt(due, invoice, now)).toEqual([{ id: 'a', verdict: 'RESCHEDULE' }]);
    }
  });

  it('sends at a fixed time whatever the due date', () => {
    const time = new Date('2026-12-24T00:00:00Z');
    const fixed = { id: 'a', schedule: { kind: 'fixed', time }, planned: false, remindTime: time } as const;
    expect(decideReminders([fixed], { ...open, dueDates: ['2030-01-01'] })).toEqual([{ id: 'a', verdict: 'SEND' }]);
  });

  const reminders = fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      remindTime: fc.integer({ min: 1, max: 9 }).map((day) => new Date(Date.UTC(2026, 11, day))),
      dueDate: fc.constantFrom(undefined, ...open.dueDates, '2026-11-30'),
      schedule: fc.constantFrom(...[-7, 7, 30].map((offsetDays) => ({ kind: 'offset', offsetDays }) as const)),
      planned: fc.boolean(),
    }),
    { selector: (item) => item.id, maxLength: 10 },
  );
  const invoices = fc.record<RemindedInvoice>({
    state: fc.constantFrom('OPEN', 'OPEN', 'OPEN', 'DRAFT', 'PAID', 'VOID', 'UNCOLLECTIBLE', 'DELETED'),
    dueDates: fc.constant(open.dueDates),
    timeZone: fc.constant(open.timeZone),
    timeOfDay: fc.constant(open.timeOfDay),
    offsetsDays: fc.constant(open.offsetsDays),
    isDueDateOpen: fc.boolean(),
    paused: fc.boolean(),
  });

  it('decides once about each reminder', () => {
    fc.assert(
      fc.property(reminders, invoices, (due, invoice) => {
        expect(decideReminders(due, invoice).map(({ id }) => id)).toEqual(due.map(({ id }) => id));
      }),
    );
  });

  it('sends at most one, the latest of those that are not stale, and only of an open invoice that is not paused', () => {
    fc.assert(
      fc.property(reminders, invoices, (due, invoice) => {
        const sent = decideReminders(due, invoice).filter(({ verdict }) => verdict === 'SEND');
        const isInPlan = ({ planned, schedule }: (typeof due)[number]) => !planned || schedule.offsetDays !== 30;
        const current = due.filter(
          (item) => item.dueDate === undefined || (open.dueDates.includes(item.dueDate) && isInPlan(item)),
        );
        const isSendable = invoice.state === 'OPEN' && !invoice.paused && current.length > 0;
        expect(sent).toHaveLength(isSendable ? 1 : 0);
        const time = due.find(({ id }) => id === sent[0]?.id)?.remindTime.getTime() ?? Number.POSITIVE_INFINITY;
        for (const item of current) expect(item.remindTime.getTime()).toBeLessThanOrEqual(time);
      }),
    );
  });

  it('decides alike in whatever order the reminders come', () => {
    fc.assert(
      fc.property(reminders, invoices, (due, invoice) => {
        expect(decideReminders([...due].reverse(), invoice).reverse()).toEqual(decideReminders(due, invoice));
      }),
    );
  });
});
