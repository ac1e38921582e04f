import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PaymentRecordedSchema } from '../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { InstalmentsPlannedSchema, PaymentReversedSchema } from '../../gen/numer/invoice/v1/payment_events_pb.ts';
import { Reminder_CancelReason } from '../../gen/numer/reminder/v1/reminder_pb.ts';
import { onInvoiceChanged } from './consumers/on-invoice-changed.ts';
import type { InvoiceFields } from './testing/fake-invoice-service.ts';
import { eventOf, type ReminderTestService, startReminderService } from './testing/start-reminder-service.ts';

const { OPEN, PAID } = Invoice_State;
type EventSchema = Parameters<typeof eventOf>[0];

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

/** Instalments that are still due on these days, each with a different amount. */
const dueOn = (...days: readonly string[]) => days.map((dueDate, index) => ({ dueDate, dueMinor: BigInt(index + 1) }));

const DAYS = ['2026-03-31', '2026-04-30', '2026-05-31'] as const;
const IN_INSTALMENTS: InvoiceFields = { state: OPEN, instalments: dueOn(...DAYS) };

async function change(id: string, schema: EventSchema, fields: InvoiceFields): Promise<void> {
  await onInvoiceChanged.apply(service.deps, [eventOf(schema, service.invoices.change(id, fields))]);
}

/** Step, due date and state of each reminder, in the order of their times. */
async function plan(id: string): Promise<string[]> {
  return (await service.rowsOf(id)).map(({ offsetDays, dueDate, state, cancelReason }) =>
    [offsetDays, dueDate, state, cancelReason].filter((part) => part !== null).join(' '),
  );
}

const stepsOf = (day: string, state: string) => [-7, -3, 0, 7].map((step) => `${step} ${day} ${state}`);

describe('an invoice in instalments', () => {
  test('has each step for each of them', async () => {
    const id = await service.send(service.newOwner(), IN_INSTALMENTS);
    expect(await plan(id)).toEqual(DAYS.flatMap((day) => stepsOf(day, 'SCHEDULED')));
  });

  test('that is planned after sending moves what there is to the first, and adds the rest', async () => {
    const id = await service.send(service.newOwner());
    const [{ id: before = '' } = {}] = await service.rowsOf(id);
    await change(id, InstalmentsPlannedSchema, { instalments: dueOn('2026-04-15', '2026-05-15') });
    expect(await plan(id)).toEqual(['2026-04-15', '2026-05-15'].flatMap((day) => stepsOf(day, 'SCHEDULED')));
    expect((await service.rowsOf(id))[0]).toMatchObject({ id: before, version: 2n });
  });

  test('that was reminded of the first is reminded of the next as well, when the first is paid', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner, IN_INSTALMENTS);
    await service.scanAt('2026-03-24T09:00:00Z');
    await service.scanAt('2026-03-28T09:00:00Z');
    await change(id, PaymentRecordedSchema, { instalments: dueOn(...DAYS.slice(1)) });
    expect(await plan(id)).toEqual([
      '-7 2026-03-31 SENT',
      '-3 2026-03-31 SENT',
      '0 2026-03-31 CANCELLED INSTALMENT_SETTLED',
      '7 2026-03-31 CANCELLED INSTALMENT_SETTLED',
      ...stepsOf('2026-04-30', 'SCHEDULED'),
      ...stepsOf('2026-05-31', 'SCHEDULED'),
    ]);
    await service.scanAt('2026-03-31T09:00:00Z');
    await service.scanAt('2026-04-23T09:00:00Z');
    const events = await service.eventsOf(owner.identity.userId, 'reminder.due');
    expect(events.map(({ message }) => message.reminder)).toMatchObject([
      { dueDate: '2026-03-31' },
      { dueDate: '2026-03-31' },
      { dueDate: '2026-04-30' },
    ]);
    expect(events[2]?.message.invoice).toMatchObject({
      instalments: [{ dueDate: '2026-04-30' }, { dueDate: '2026-05-31' }],
    });
  });

  test('is reminded of the next one while the first is overdue', async () => {
    const id = await service.send(service.newOwner(), IN_INSTALMENTS);
    for (const time of ['2026-04-07', '2026-04-23']) await service.scanAt(`${time}T09:00:00Z`);
    const sent = (await plan(id)).filter((line) => line.endsWith('SENT'));
    expect(sent).toEqual(['7 2026-03-31 SENT', '-7 2026-04-30 SENT']);
  });

  test('is not reminded of one that was paid a moment before, though no event has come', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner, IN_INSTALMENTS);
    service.invoices.change(id, { instalments: dueOn(...DAYS.slice(1)) });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await plan(id))[0]).toBe('-7 2026-03-31 CANCELLED INSTALMENT_SETTLED');
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toEqual([]);
    const [told] = await service.eventsOf(owner.identity.userId, 'reminder.cancelled');
    expect(told?.message.reminder).toMatchObject({ cancelReason: Reminder_CancelReason.INSTALMENT_SETTLED });
  });

  test('has the steps that are still to come again when a payment is reversed, and none that was sent', async () => {
    const id = await service.send(service.newOwner(), IN_INSTALMENTS);
    await service.scanAt('2026-03-24T09:00:00Z');
    await change(id, PaymentRecordedSchema, { instalments: [], state: PAID });
    expect((await plan(id)).filter((line) => line.includes('SCHEDULED'))).toEqual([]);
    await change(id, PaymentReversedSchema, IN_INSTALMENTS);
    expect(await plan(id)).toEqual([
      '-7 2026-03-31 SENT',
      ...stepsOf('2026-03-31', 'SCHEDULED').slice(1),
      ...stepsOf('2026-04-30', 'SCHEDULED'),
      ...stepsOf('2026-05-31', 'SCHEDULED'),
    ]);
  });

  test('keeps a step that its owner has cancelled cancelled, and moves one that its owner has added', async () => {
    const owner = service.newOwner();
    const id = await service.send(owner, IN_INSTALMENTS);
    const { reminder } = await owner.reminders.createReminder({
      invoiceId: id,
      schedule: { case: 'daysBeforeDue', value: 5 },
    });
    expect(reminder).toMatchObject({ dueDate: '2026-03-31' });
    const [first] = await service.rowsOf(id);
    await owner.reminders.cancelReminder({ reminderId: first?.id ?? '' });
    await change(id, PaymentRecordedSchema, { instalments: dueOn(...DAYS.slice(1)) });
    await change(id, PaymentReversedSchema, IN_INSTALMENTS);
    const rows = await plan(id);
    expect(rows).toContain('-7 2026-03-31 CANCELLED USER_REQUEST');
    expect(rows.filter((line) => line.startsWith('-5'))).toEqual(['-5 2026-04-30 SCHEDULED']);
    const added = { invoiceId: id, schedule: { case: 'daysBeforeDue' as const, value: 5 } };
    expect((await owner.reminders.createReminder(added)).reminder).toMatchObject({ dueDate: '2026-03-31' });
  });

  test('is reminded as it should be when a replica of the version before has made and moved its plan', async () => {
    const { $client: client } = service.db;
    const { identity } = service.newOwner();
    const { message } = service.invoices.add(identity, { state: OPEN });
    const sync = (version: number, dueDate: string) => client`
      insert into invoices (invoice_id, owner_id, version, state, due_date, time_zone)
      values (${message.id}, ${identity.userId}, ${version}, 'OPEN', ${dueDate}, 'UTC')
      on conflict (invoice_id) do update set version = excluded.version, due_date = excluded.due_date`;
    const planStep = () => client`
      insert into reminders (id, owner_id, invoice_id, step, offset_days, due_date, remind_time, state, planned, create_time,
        version)
      values (gen_random_uuid(), ${identity.userId}, ${message.id}, '-3', -3, '2026-03-31', '2026-03-28T09:00:00Z',
        'SCHEDULED', true, '2026-03-01', 1)
      on conflict (invoice_id, step) do nothing`;
    await sync(1, '2026-03-20');
    await sync(2, '2026-03-31');
    expect(await client`select due_dates from invoices where invoice_id = ${message.id}`).toEqual([
      { due_dates: ['2026-03-31'] },
    ]);
    await planStep();
    await planStep();
    service.invoices.change(message.id, {});
    await change(message.id, PaymentRecordedSchema, {});
    await planStep();
    expect(await plan(message.id)).toEqual(stepsOf('2026-03-31', 'SCHEDULED'));
    expect(await client`select planned, due_date::text from invoices where invoice_id = ${message.id}`).toEqual([
      { planned: true, due_date: '2026-03-31' },
    ]);
  });

  test('is reminded of each day at most once a step, whatever is paid, reversed and planned in between', async () => {
    const days = ['2026-03-20', '2026-03-31', '2026-04-04', '2026-04-30', '2026-05-31'];
    const event = fc.oneof(
      fc.record({ due: fc.subarray(days), forwardDays: fc.constant(0) }),
      fc.record({ due: fc.constant(undefined), forwardDays: fc.integer({ min: 1, max: 20 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (history) => {
        service.clock.set('2026-03-01T09:00:00Z');
        const owner = service.newOwner();
        const id = await service.send(owner, IN_INSTALMENTS);
        let due: readonly string[] = DAYS;
        for (const each of history) {
          if (each.due === undefined) {
            const time = service.clock.now().getTime() + each.forwardDays * 86_400_000;
            await service.scanAt(new Date(time).toISOString());
          } else {
            due = each.due;
            const state = due.length === 0 ? PAID : OPEN;
            await change(id, PaymentRecordedSchema, { state, instalments: dueOn(...due) });
          }
          const rows = await service.rowsOf(id);
          const scheduled = rows.filter(({ state }) => state === 'SCHEDULED');
          expect(scheduled.filter(({ dueDate }) => !due.includes(dueDate ?? ''))).toEqual([]);
          const sent = rows.filter(({ state }) => state === 'SENT').map(({ step }) => step);
          expect(new Set(sent).size).toBe(sent.length);
          expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toHaveLength(sent.length);
        }
      }),
      { numRuns: 25 },
    );
  });
});
