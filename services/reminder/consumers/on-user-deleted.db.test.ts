import { create } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { InvoiceSentSchema, PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { UserDeletedSchema, UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { prepareEraseNext } from '../store/erase-invoices.ts';
import { accounts, invoices, reminderSettings, reminders } from '../store/schema.ts';
import { changePlan } from '../testing/change-plan.ts';
import {
  envelopeOf,
  eventOf,
  type Owner,
  type ReminderTestService,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { onInvoiceChanged } from './on-invoice-changed.ts';
import { onUserDeleted } from './on-user-deleted.ts';
import { onUserUpdated } from './on-user-updated.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

function deleted({ identity: { userId } }: Owner) {
  const message = create(UserDeletedSchema, { userId });
  return envelopeOf(UserDeletedSchema, { subject: userId, version: 9n, ownerId: userId, message });
}

async function erase(): Promise<void> {
  await eraseAccounts.run(service.deps, service.clock.now(), new AbortController().signal);
}

async function rowsHeldOf({ identity: { userId } }: Owner): Promise<number> {
  const counts = await Promise.all(
    [invoices, reminders, reminderSettings].map((table) => service.db.$count(table, eq(table.ownerId, userId))),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

test('a deleted account leaves neither invoices nor reminders nor settings, and what comes late brings none', async () => {
  const [owner, other] = [service.newOwner('Europe/Berlin'), service.newOwner()];
  await service.send(owner);
  await service.send(other);
  await changePlan(owner, { timeOfDay: '10:00' });
  const event = deleted(owner);
  await onUserDeleted.apply(service.deps, [event]);
  await onUserDeleted.apply(service.deps, [event]);
  await erase();
  expect(await rowsHeldOf(owner)).toBe(0);

  const late = service.invoices.add(owner.identity, { state: Invoice_State.OPEN });
  await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, late)]);
  const { userId } = owner.identity;
  const message = create(UserUpdatedSchema, { user: { id: userId, timeZone: 'Asia/Tokyo' } });
  await onUserUpdated.apply(service.deps, [
    envelopeOf(UserUpdatedSchema, { subject: userId, version: 2n, ownerId: userId, message }),
  ]);
  await onInvoiceChanged.apply(service.deps, [
    eventOf(PaymentRecordedSchema, service.invoices.change(late.message.id, {})),
  ]);
  expect(await rowsHeldOf(owner)).toBe(0);
  expect(await rowsHeldOf(other)).toBe(5);
  expect(await service.db.select().from(accounts).where(eq(accounts.ownerId, userId))).toEqual([
    { ownerId: userId, version: 9n, timeZone: null, deleted: true },
  ]);
});

test('erases step by step, however much there is', async () => {
  const owner = service.newOwner();
  await service.send(owner);
  await service.send(owner);
  await onUserDeleted.apply(service.deps, [deleted(owner)]);
  const eraseNext = prepareEraseNext(service.db, 3);
  const lefts: number[] = [];
  do lefts.push(await rowsHeldOf(owner));
  while (await eraseNext());
  // Eight reminders in steps of three, then the two invoices, and a step that finds nothing.
  expect(lefts).toEqual([10, 7, 4, 2, 0, 0]);
});

test('what comes late of a large account erases no more than itself', async () => {
  const owner = service.newOwner();
  await service.send(owner);
  await onUserDeleted.apply(service.deps, [deleted(owner)]);
  const held = await rowsHeldOf(owner);
  await service.send(owner);
  expect(await rowsHeldOf(owner)).toBe(held);
  await erase();
  expect(await rowsHeldOf(owner)).toBe(0);
});

test('an invoice that is sent at the moment of the deletion leaves nothing', async () => {
  for (let round = 0; round < 10; round++) {
    const owner = service.newOwner();
    await Promise.all([service.send(owner), onUserDeleted.apply(service.deps, [deleted(owner)]), service.send(owner)]);
    await erase();
    expect(await rowsHeldOf(owner)).toBe(0);
  }
});

test('credentials that are still remembered can add and pause nothing, and leave no settings', async () => {
  const owner = service.newOwner();
  const invoiceId = await service.send(owner);
  await onUserDeleted.apply(service.deps, [deleted(owner)]);
  await erase();
  await changePlan(owner, { timeOfDay: '10:00' });
  await service.db.$client`update erasures set next_time = now()`;
  await erase();
  const schedule = { case: 'daysBeforeDue', value: 5 } as const;
  const refusal = { code: Code.Unauthenticated, reason: 'UNAUTHENTICATED' };
  expect(await refusalOf(owner.reminders.createReminder({ invoiceId, schedule }))).toMatchObject(refusal);
  expect(await refusalOf(owner.reminders.pauseReminders({ invoiceId }))).toMatchObject(refusal);
  expect(await rowsHeldOf(owner)).toBe(0);
});

test('a reminder that was left behind is not sent', async () => {
  const owner = service.newOwner();
  const invoiceId = await service.send(owner);
  const { userId } = owner.identity;
  await service.db.insert(accounts).values({ ownerId: userId, version: 9n, deleted: true });
  await service.scanAt('2026-03-24T09:00:00Z');
  expect((await service.rowsOf(invoiceId))[0]).toMatchObject({ state: 'CANCELLED', cancelReason: 'INVOICE_DELETED' });
  expect(await service.eventsOf(userId, 'reminder.due')).toEqual([]);
});

test('deletions arrive through the bus', async () => {
  const owner = service.newOwner();
  await service.send(owner);
  const { userId } = owner.identity;
  service.begin();
  await service.publish(UserDeletedSchema, { userId }, { ownerId: userId, version: 9n });
  await erase();
  expect(await rowsHeldOf(owner)).toBe(0);
});
