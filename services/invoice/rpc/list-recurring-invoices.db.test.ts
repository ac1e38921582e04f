import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RecurringInvoice_State } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const { ACTIVE, PAUSED, ENDED } = RecurringInvoice_State;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('ListRecurringInvoices', () => {
  test('gives them newest first, page by page, while others come', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const made: string[] = [];
    for (let count = 0; count < 5; count++) {
      made.unshift((await recurring.make()).id);
      // Two at the same moment follow each other by id.
      if (count % 2 === 1) service.clock.advance(1);
    }
    const found: string[] = [];
    let pageToken = '';
    do {
      const page = await recurring.client.listRecurringInvoices({ pageSize: 2, pageToken });
      found.push(...page.recurringInvoices.map(({ id }) => id));
      pageToken = page.nextPageToken;
      service.clock.advance(1);
      await recurring.make();
    } while (pageToken !== '');
    expect(found).toEqual(made);
  });

  test('gives those in a state, and those of a customer', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const customerId = service.userService.addCustomer(owner.identity.userId).id;
    const active = await recurring.make();
    const paused = await recurring.make({ invoice: { customerId } });
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: paused.id });
    const ended = await recurring.make({ startDate: '2026-02-28', count: 1, invoice: { customerId } });
    const job = startReplica(service);
    await job.run();
    await job.stop();
    type Filters = Parameters<typeof recurring.client.listRecurringInvoices>[0];
    const idsOf = async (filters: Filters) =>
      (await recurring.client.listRecurringInvoices(filters)).recurringInvoices.map(({ id }) => id).toSorted();
    expect(await idsOf({})).toHaveLength(3);
    expect(await idsOf({ state: [ACTIVE] })).toEqual([active.id]);
    expect(await idsOf({ state: [PAUSED] })).toEqual([paused.id]);
    expect(await idsOf({ state: [ENDED, ACTIVE, ENDED] })).toEqual([active.id, ended.id].toSorted());
    expect(await idsOf({ customerId })).toEqual([paused.id, ended.id].toSorted());
    expect(await idsOf({ customerId, state: [PAUSED] })).toEqual([paused.id]);
  });

  test('shows nobody those of others, and refuses bad tokens and bounds', async () => {
    const recurring = recurringOf(service, service.newOwner());
    await recurring.make();
    await recurring.make();
    const other = recurringOf(service, service.newOwner()).client;
    expect((await other.listRecurringInvoices({})).recurringInvoices).toEqual([]);
    const { nextPageToken: pageToken } = await recurring.client.listRecurringInvoices({ pageSize: 1 });
    const { client } = recurring;
    expect(await refusalOf(client.listRecurringInvoices({ pageToken, state: [ACTIVE] }))).toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
    expect(await refusalOf(client.listRecurringInvoices({ pageSize: 101 }))).toMatchObject({ fields: ['page_size'] });
    expect(await refusalOf(service.client(RecurringInvoiceService).listRecurringInvoices({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
