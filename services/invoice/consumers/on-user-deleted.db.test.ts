import { randomUUIDv7 } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { silentLog } from '../../../runtime/log.ts';
import { createDeps } from '../deps.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { onUserDeleted } from './on-user-deleted.ts';

let service: InvoiceTestService;
let apply: (events: readonly ReceivedEvent<typeof UserDeletedSchema>[]) => Promise<void>;
beforeAll(async () => {
  service = await startInvoiceService();
  const deps = createDeps({
    db: service.db,
    log: silentLog(),
    clock: service.clock,
    transportTo: () => service.userService.transport,
    callAsService: async () => ({}),
  });
  apply = (events) => onUserDeleted.apply(deps, events);
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
    traceparent: undefined,
    time: service.clock.now(),
    message: create(UserDeletedSchema, { userId }),
  };
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
    expect((await gone.invoices.listInvoices({})).invoices).toEqual([opened]);
    expect((await also.invoices.listInvoices({})).invoices).toEqual([]);
    expect((await stays.invoices.listInvoices({})).invoices).toEqual([kept]);
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

  test('the same event again has no effect', async () => {
    const owner = service.newOwner();
    const event = userDeleted(owner.identity.userId);
    await apply([event]);
    const draft = await owner.draft();
    await apply([event]);
    await apply([event, event]);
    expect((await owner.invoices.listInvoices({})).invoices).toEqual([draft]);
  });
});
