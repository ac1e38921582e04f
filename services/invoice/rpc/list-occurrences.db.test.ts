import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RecurringInvoice_Frequency } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('ListOccurrences', () => {
  test('gives the dates that invoices were made for, latest first, page by page', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id: recurringInvoiceId } = await recurring.make({
      frequency: RecurringInvoice_Frequency.DAY,
      startDate: '2026-03-01',
    });
    const other = await recurring.make({ startDate: '2026-03-01' });
    const job = startReplica(service);
    service.clock.set('2026-03-05T00:00:00Z');
    await job.run();
    await job.stop();
    const pages: string[][] = [];
    let pageToken = '';
    do {
      const page = await recurring.client.listOccurrences({ recurringInvoiceId, pageSize: 2, pageToken });
      pages.push(page.occurrences.map(({ occurrenceDate }) => occurrenceDate));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(pages).toEqual([['2026-03-05', '2026-03-04'], ['2026-03-03', '2026-03-02'], ['2026-03-01']]);
    const { nextPageToken } = await recurring.client.listOccurrences({ recurringInvoiceId, pageSize: 1 });
    const strange = recurring.client.listOccurrences({ recurringInvoiceId: other.id, pageToken: nextPageToken });
    expect(await refusalOf(strange)).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });

  test("finds none of another owner's, refuses bad bounds, and nobody", async () => {
    const owner = service.newOwner();
    const { id: recurringInvoiceId } = await recurringOf(service, owner).make();
    const { client } = recurringOf(service, owner);
    expect((await client.listOccurrences({ recurringInvoiceId })).occurrences).toEqual([]);
    const other = recurringOf(service, service.newOwner()).client;
    expect(await refusalOf(other.listOccurrences({ recurringInvoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'RECURRING_INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(client.listOccurrences({ recurringInvoiceId, pageSize: 101 }))).toMatchObject({
      fields: ['page_size'],
    });
    const anonymous = service.client(RecurringInvoiceService).listOccurrences({ recurringInvoiceId });
    expect(await refusalOf(anonymous)).toMatchObject({ code: Code.Unauthenticated });
  });
});
