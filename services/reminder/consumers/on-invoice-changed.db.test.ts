import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { invoices } from '../store/schema.ts';
import type { InvoiceFields } from '../testing/fake-invoice-service.ts';
import {
  type AnyEvent,
  eventOf,
  type Owner,
  type ReminderTestService,
  required,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { onInvoiceChanged } from './on-invoice-changed.ts';

const { OPEN, PAID, VOID, UNCOLLECTIBLE } = Invoice_State;
const WHOLE_PLAN = [
  '-7 2026-03-24T09:00 SCHEDULED',
  '-3 2026-03-28T09:00 SCHEDULED',
  '0 2026-03-31T09:00 SCHEDULED',
  '7 2026-04-07T09:00 SCHEDULED',
];

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

/** Delivers a batch, which never contains an event twice. */
const deliver = (...events: AnyEvent[]) => onInvoiceChanged.apply(service.deps, [...new Set(events)]);

/** An invoice with the events of its creation and its sending. */
function sentInvoice(owner: Owner, init?: InvoiceFields) {
  const draft = service.invoices.add(owner.identity, init);
  const open = service.invoices.change(draft.message.id, { state: OPEN });
  return {
    id: draft.message.id,
    created: eventOf(InvoiceCreatedSchema, draft),
    sent: eventOf(InvoiceSentSchema, open),
  };
}

describe('the default plan', () => {
  test('is made when an invoice is sent, at 9:00 of the owner, across a change of clocks', async () => {
    const owner = service.newOwner('Europe/Berlin');
    const { id, created, sent } = sentInvoice(owner);
    await deliver(created);
    expect(await service.rowsOf(id)).toEqual([]);
    await deliver(sent);
    expect(await service.planOf(id)).toEqual([
      '-7 2026-03-24T08:00 SCHEDULED',
      '-3 2026-03-28T08:00 SCHEDULED',
      '0 2026-03-31T07:00 SCHEDULED',
      '7 2026-04-07T07:00 SCHEDULED',
    ]);
    expect(await service.rowsOf(id)).toMatchObject(
      [-7, -3, 0, 7].map((offsetDays) => ({
        ownerId: owner.identity.userId,
        planned: true,
        offsetDays,
        dueDate: '2026-03-31',
        createTime: service.clock.now(),
        version: 1n,
      })),
    );
  });

  test('has only the steps that are still to come', async () => {
    const { id, sent } = sentInvoice(service.newOwner(), { dueDate: '2026-03-02' });
    await deliver(sent);
    expect(await service.planOf(id)).toEqual(['0 2026-03-02T09:00 SCHEDULED', '7 2026-03-09T09:00 SCHEDULED']);
  });

  test('may be empty', async () => {
    const { id, sent } = sentInvoice(service.newOwner(), { dueDate: '2026-02-01' });
    await deliver(sent);
    expect(await service.rowsOf(id)).toEqual([]);
  });

  test('is made once, whatever comes twice or together', async () => {
    const { id, created, sent } = sentInvoice(service.newOwner());
    const paid = eventOf(PaymentRecordedSchema, service.invoices.change(id, {}));
    await deliver(sent, created, sent);
    const before = await service.rowsOf(id);
    await deliver(sent);
    await deliver(paid, created);
    await deliver(sent, paid, created);
    expect(await service.planOf(id)).toEqual(WHOLE_PLAN);
    expect(await service.rowsOf(id)).toEqual(before);
  });

  test('is made once when replicas get the events at the same moment', async () => {
    const invoicesSent = Array.from({ length: 20 }, () => sentInvoice(service.newOwner()));
    const events = invoicesSent.flatMap(({ created, sent }) => [created, sent]);
    await Promise.all([deliver(...events), deliver(...events.toReversed()), deliver(...events)]);
    for (const { id } of invoicesSent) expect(await service.planOf(id)).toEqual(WHOLE_PLAN);
  });

  test('is made by a partial payment that comes before the sending, once', async () => {
    const { id, created, sent } = sentInvoice(service.newOwner());
    const paid = eventOf(PaymentRecordedSchema, service.invoices.change(id, {}));
    await deliver(paid);
    expect(await service.planOf(id)).toEqual(WHOLE_PLAN);
    await deliver(sent);
    await deliver(created);
    expect(await service.planOf(id)).toEqual(WHOLE_PLAN);
  });

  test('is not made for an invoice that is paid by then', async () => {
    const { id, sent } = sentInvoice(service.newOwner());
    await deliver(eventOf(PaymentRecordedSchema, service.invoices.change(id, { state: PAID })));
    await deliver(sent);
    expect(await service.rowsOf(id)).toEqual([]);
  });

  test('leaves a step to the user who has added it, or has cancelled it', async () => {
    const owner = service.newOwner();
    const draft = service.invoices.add(owner.identity);
    const { id: invoiceId } = draft.message;
    const add = async (daysBeforeDue: number) =>
      required(
        (await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value: daysBeforeDue } }))
          .reminder,
      );
    const [added, toCancel] = [await add(7), await add(3)];
    await owner.reminders.cancelReminder({ reminderId: toCancel.id });
    await deliver(eventOf(InvoiceSentSchema, service.invoices.change(invoiceId, { state: OPEN })));
    expect(await service.planOf(invoiceId)).toEqual([
      '-7 2026-03-24T09:00 SCHEDULED',
      '-3 2026-03-28T09:00 CANCELLED USER_REQUEST',
      '0 2026-03-31T09:00 SCHEDULED',
      '7 2026-04-07T09:00 SCHEDULED',
    ]);
    expect((await service.rowsOf(invoiceId))[0]).toMatchObject({ id: added.id, planned: false });
  });

  test('takes a step that an earlier due date had left in the past', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = service.invoices.add(owner.identity).message;
    await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value: 3 } });
    await deliver(eventOf(InvoiceUpdatedSchema, service.invoices.change(invoiceId, { dueDate: '2026-03-02' })));
    expect(await service.planOf(invoiceId)).toEqual(['-3 2026-03-28T09:00 CANCELLED RESCHEDULED_TO_PAST']);
    await deliver(
      eventOf(InvoiceSentSchema, service.invoices.change(invoiceId, { dueDate: '2026-03-31', state: OPEN })),
    );
    expect(await service.planOf(invoiceId)).toEqual(WHOLE_PLAN);
  });
});

describe('what is scheduled', () => {
  test.each([
    ['paid', PaymentRecordedSchema, { state: PAID }, 'INVOICE_PAID'],
    ['voided', InvoiceVoidedSchema, { state: VOID }, 'INVOICE_VOIDED'],
    ['given up on', InvoiceMarkedUncollectibleSchema, { state: UNCOLLECTIBLE }, 'INVOICE_UNCOLLECTIBLE'],
    ['deleted', InvoiceDeletedSchema, undefined, 'INVOICE_DELETED'],
  ])('is cancelled when the invoice is %s, and told of once', async (_, schema, change, reason) => {
    const owner = service.newOwner();
    const { id, sent } = sentInvoice(owner);
    await deliver(sent);
    service.clock.advance(60_000);
    const after = change === undefined ? service.invoices.remove(id) : service.invoices.change(id, change);
    const event = eventOf(schema, after);
    await Promise.all([deliver(event), deliver(event)]);
    await deliver(sent, event);

    const rows = await service.rowsOf(id);
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'CANCELLED', cancelReason: reason, cancelTime: service.clock.now() });
    }
    const events = await service.eventsOf(owner.identity.userId, 'reminder.cancelled');
    expect(events.map(({ subject }) => subject).toSorted()).toEqual(rows.map((row) => row.id).toSorted());
    expect(events[0]).toMatchObject({
      version: 2n,
      actor: 'service:reminder',
      requestId: 'request-of-invoice',
      message: { reminder: { invoiceId: id } },
    });
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('stays after a partial payment', async () => {
    const { id, sent } = sentInvoice(service.newOwner());
    await deliver(sent);
    await deliver(eventOf(PaymentRecordedSchema, service.invoices.change(id, {})));
    expect(await service.planOf(id)).toEqual(WHOLE_PLAN);
  });

  test('follows the due date of a draft, or is cancelled when that leads to the past', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = service.invoices.add(owner.identity).message;
    const create = (schedule: Parameters<typeof owner.reminders.createReminder>[0]['schedule']) =>
      owner.reminders.createReminder({ invoiceId, schedule: required(schedule) });
    await create({ case: 'daysBeforeDue', value: 10 });
    await create({ case: 'daysAfterDue', value: 1 });
    await create({ case: 'remindTime', value: { seconds: BigInt(Date.parse('2026-03-20T10:00:00Z') / 1000) } });
    await deliver(eventOf(InvoiceUpdatedSchema, service.invoices.change(invoiceId, { dueDate: '2026-03-10' })));
    expect(await service.planOf(invoiceId)).toEqual([
      '1 2026-03-11T09:00 SCHEDULED',
      '2026-03-20T10:00:00.000Z 2026-03-20T10:00 SCHEDULED',
      '-10 2026-03-21T09:00 CANCELLED RESCHEDULED_TO_PAST',
    ]);
    expect((await service.rowsOf(invoiceId))[0]).toMatchObject({ dueDate: '2026-03-10', version: 2n });
    expect(await service.eventsOf(owner.identity.userId, 'reminder.cancelled')).toHaveLength(1);
  });

  test('is not moved by an event that is older than what was read of the invoice', async () => {
    const owner = service.newOwner();
    const created = eventOf(InvoiceCreatedSchema, service.invoices.add(owner.identity, { dueDate: '2026-03-02' }));
    const updated = service.invoices.change(created.subject, { dueDate: '2026-03-31' });
    await owner.reminders.createReminder({
      invoiceId: created.subject,
      schedule: { case: 'daysBeforeDue', value: 3 },
    });
    await deliver(created);
    await deliver(eventOf(InvoiceUpdatedSchema, updated));
    expect(await service.planOf(created.subject)).toEqual(['-3 2026-03-28T09:00 SCHEDULED']);
  });
});

describe('events', () => {
  test('in any order, in any batches and twice lead to the same', async () => {
    const owner = service.newOwner();
    const life = () => {
      const { id, created, sent } = sentInvoice(owner);
      const events = [created, sent];
      const then = (schema: typeof InvoiceSentSchema | typeof PaymentRecordedSchema, init: InvoiceFields) =>
        events.push(eventOf(schema, service.invoices.change(id, init)));
      then(PaymentRecordedSchema, {});
      then(PaymentRecordedSchema, { state: PAID });
      return { id, events };
    };
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 0, 1, 2, 3], { minLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 }),
        async (order, sizes) => {
          const { id, events } = life();
          const queue = order.map((index) => required(events[index]));
          for (const size of sizes) await deliver(...queue.splice(0, size));
          const scheduled = (await service.rowsOf(id)).filter(({ state }) => state === 'SCHEDULED');
          expect(scheduled).toEqual([]);
          const [known] = await service.db.select().from(invoices).where(eq(invoices.invoiceId, id));
          expect(known).toMatchObject({ state: 'PAID', version: 4n });
        },
      ),
      { numRuns: 20 },
    );
  });

  test('of an invoice at the same moment leave nothing scheduled once it is paid', async () => {
    const owner = service.newOwner();
    for (let round = 0; round < 10; round++) {
      const { id, created, sent } = sentInvoice(owner);
      const paid = eventOf(PaymentRecordedSchema, service.invoices.change(id, { state: PAID }));
      await Promise.all([deliver(sent), deliver(paid), deliver(created)]);
      expect((await service.rowsOf(id)).filter(({ state }) => state === 'SCHEDULED')).toEqual([]);
    }
  });

  test.each(['findInvoices', 'findRemindersOf', 'saveReminders', 'planReminders'] as const)(
    'are mended by their next delivery when %s fails after they were marked as applied',
    async (step) => {
      const owner = service.newOwner();
      const { id, created, sent } = sentInvoice(owner);
      const failures: string[] = [];
      const broken = {
        ...service.deps,
        store: { ...service.deps.store, [step]: () => Promise.reject(new Error(step)) },
      };
      const failThenDeliver = async (event: AnyEvent) => {
        await onInvoiceChanged.apply(broken, [event]).catch(({ message }) => failures.push(message));
        await deliver(event);
      };
      await deliver(created);
      await failThenDeliver(sent);
      expect(await service.planOf(id)).toEqual(WHOLE_PLAN);
      await failThenDeliver(eventOf(PaymentRecordedSchema, service.invoices.change(id, { state: PAID })));
      expect((await service.rowsOf(id)).map(({ cancelReason }) => cancelReason)).toEqual(Array(4).fill('INVOICE_PAID'));
      expect(await service.eventsOf(owner.identity.userId, 'reminder.cancelled')).toHaveLength(4);
      // Only the first of the two events has something to plan, and only the second has something to save.
      expect(new Set(failures)).toEqual(new Set([step]));
    },
  );

  test('without an owner or an invoice are refused', async () => {
    const { sent } = sentInvoice(service.newOwner());
    await expect(deliver({ ...sent, ownerId: undefined })).rejects.toThrow('lacks its invoice or its owner');
  });

  test('arrive through the bus', async () => {
    const owner = service.newOwner();
    const { message, ownerId, timeZone } = service.invoices.add(owner.identity, { state: OPEN });
    service.begin();
    await service.publish(InvoiceSentSchema, { invoice: message, timeZone }, { ownerId });
    expect(await service.planOf(message.id)).toEqual(WHOLE_PLAN);
  });
});
