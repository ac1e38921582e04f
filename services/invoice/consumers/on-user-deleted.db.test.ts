import { randomUUIDv7 } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ListInvoicesRequest_View as View } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import {
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { createDeps, type Deps } from '../deps.ts';
import { prepareEraseDrafts } from '../store/erase-drafts.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { onUserDeleted } from './on-user-deleted.ts';

let service: InvoiceTestService;
let deps: Deps;
/** Applies events and then erases. */
let apply: (events: readonly ReceivedEvent<typeof UserDeletedSchema>[]) => Promise<void>;
beforeAll(async () => {
  service = await startInvoiceService();
  deps = createDeps({
    db: service.db,
    log: silentLog(),
    clock: service.clock,
    transportTo: () => service.userService.transport,
    callAsService: async () => ({}),
  });
  apply = async (events) => {
    await onUserDeleted.apply(deps, events);
    await eraseAccounts.run(deps, service.clock.now(), new AbortController().signal);
  };
});
afterAll(() => service.stop());

function userDeleted(userId: string): ReceivedEvent<typeof UserDeletedSchema> {
  return {
    id: randomUUIDv7(),
    type: UserDeletedSchema.typeName,
    topic: 'user.deleted',
    source: 'user',
    subject: userId,
    version: 2n,
    ownerId: userId,
    actor: `user:${userId}`,
    requestId: 'test',
    callerAddress: undefined,
    traceparent: undefined,
    time: service.clock.now(),
    message: create(UserDeletedSchema, { userId }),
  };
}

async function rowsOf(ownerId: string): Promise<number> {
  const [row] = await service.db.$client<{ count: number }[]>`
    select (select count(*) from invoices where owner_id = ${ownerId})::integer
      + (select count(*) from quotes where owner_id = ${ownerId})::integer
      + (select count(*) from recurring_invoices where owner_id = ${ownerId})::integer as count`;
  return row?.count ?? 0;
}

describe('when a user is deleted', () => {
  test('drafts go, and invoices that were opened stay with the details of both parties', async () => {
    const [gone, also, stays] = [service.newOwner(), service.newOwner(), service.newOwner()];
    const opened = await gone.open();
    await gone.draft();
    await also.with({ 'idempotency-key': 'k' }).createInvoice({
      invoice: { customerId: also.customerId, currencyCode: 'EUR', dueDate: '2026-03-31' },
    });
    const kept = await stays.draft();
    await apply([userDeleted(gone.identity.userId), userDeleted(also.identity.userId)]);
    expect((await gone.invoices.listInvoices({ view: View.FULL })).invoices).toEqual([opened]);
    expect((await also.invoices.listInvoices({ view: View.FULL })).invoices).toEqual([]);
    expect((await stays.invoices.listInvoices({ view: View.FULL })).invoices).toEqual([kept]);
    const records = service.db.$client`select 1 from idempotency_records where owner_id = ${also.identity.userId}`;
    expect(await records).toHaveLength(0);
  });

  test('drafts of quotes go, and quotes that were sent stay', async () => {
    const gone = service.newOwner();
    const quotes = quotesOf(service, gone);
    await quotes.draft();
    const sent = await quotes.send();
    const converted = await quotes.accept();
    await quotes.client.convertQuote({ quoteId: converted.id });
    await apply([userDeleted(gone.identity.userId)]);
    expect((await quotes.client.listQuotes({})).quotes.map(({ id }) => id).toSorted()).toEqual(
      [sent.id, converted.id].toSorted(),
    );
    expect((await gone.invoices.listInvoices({})).invoices).toEqual([]);
  });

  test('recurring invoices go, and so does what they were about to make', async () => {
    const [gone, stays] = [service.newOwner(), service.newOwner()];
    const recurring = recurringOf(service, gone);
    const mode = RecurringInvoice_Mode.SEND;
    await recurring.make({ mode });
    await recurringOf(service, stays).make({ mode });
    const job = startReplica(service);
    service.clock.set('2026-03-31T00:00:00Z');
    service.userService.isDown.value = true;
    await expect(job.run()).rejects.toThrow();
    await apply([userDeleted(gone.identity.userId)]);
    service.userService.isDown.value = false;
    service.clock.set('2026-04-30T00:00:00Z');
    await job.run();
    await job.stop();
    expect((await gone.invoices.listInvoices({})).invoices).toEqual([]);
    expect((await recurring.client.listRecurringInvoices({})).recurringInvoices).toEqual([]);
    expect((await stays.invoices.listInvoices({})).invoices).toHaveLength(2);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('nothing is left of what is made at the same moment', async () => {
    const owners = Array.from({ length: 20 }, () => service.newOwner());
    const frequency = RecurringInvoice_Frequency.DAY;
    await Promise.all(owners.map((owner) => recurringOf(service, owner).make({ frequency, count: 10 })));
    const job = startReplica(service);
    service.clock.set('2026-04-30T00:00:00Z');
    const running = job.run();
    for (const { identity } of owners) await apply([userDeleted(identity.userId)]);
    await running;
    await job.run();
    await job.stop();
    const left = owners.map(async ({ invoices }) => (await invoices.listInvoices({})).invoices.length);
    expect(await Promise.all(left)).toEqual(owners.map(() => 0));
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('erases step by step, however much there is, and what is made meanwhile as well', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    for (let count = 0; count < 3; count++) {
      await owner.draft();
      await quotes.draft();
      await recurringOf(service, owner).make({});
    }
    const eraseNext = prepareEraseDrafts(service.db, 2);
    const lefts: number[] = [];
    await onUserDeleted.apply(deps, [userDeleted(owner.identity.userId)]);
    do lefts.push(await rowsOf(owner.identity.userId));
    while (await eraseNext());
    // Three tables in steps of two, and one step that finds nothing.
    expect(lefts).toEqual([9, 7, 6, 4, 3, 1, 0, 0]);

    await owner.draft();
    await service.db.$client`update erasures set next_time = now()`;
    while (await eraseNext());
    expect(await rowsOf(owner.identity.userId)).toBe(0);
  });

  test('what refers to a draft is found by an index, however many invoices there are', async () => {
    const unindexed = await service.db.$client`
      select conrelid::regclass::text || '.' || attname as reference from pg_constraint
      join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where contype = 'f' and confrelid = 'invoices'::regclass
        and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1])`;
    expect(unindexed).toEqual([]);
  });

  test('the same event again has no effect', async () => {
    const owner = service.newOwner();
    const event = userDeleted(owner.identity.userId);
    await apply([event]);
    await service.db.$client`delete from erasures`;
    const draft = await owner.draft();
    await apply([event]);
    await apply([event, event]);
    expect((await owner.invoices.listInvoices({ view: View.FULL })).invoices).toEqual([draft]);
  });
});
