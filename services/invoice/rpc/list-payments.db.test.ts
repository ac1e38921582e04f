import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('ListPayments', () => {
  test('gives the payments of the invoice, newest first, page by page', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { id: otherId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId: otherId, amountMinor: 7n });
    const recorded: string[] = [];
    for (const amountMinor of [1n, 2n, 3n, 4n, 5n]) {
      // Two at each moment, so that only the ids distinguish them.
      if (amountMinor % 2n === 1n) service.clock.advance(1000);
      recorded.unshift(required((await owner.invoices.recordPayment({ invoiceId, amountMinor })).payment).id);
    }
    for (const pageSize of [1, 2, 100]) {
      const listed: string[] = [];
      let pageToken = '';
      do {
        const page = await owner.invoices.listPayments({ invoiceId, pageSize, pageToken });
        listed.push(...page.payments.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(listed).toEqual(recorded);
    }
    const { nextPageToken } = await owner.invoices.listPayments({ invoiceId, pageSize: 1 });
    expect(
      await refusalOf(owner.invoices.listPayments({ invoiceId: otherId, pageToken: nextPageToken })),
    ).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_PAGE_TOKEN' });
  });

  test("refuses another owner's invoice, bad requests, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    expect((await owner.invoices.listPayments({ invoiceId })).payments).toEqual([]);
    expect(await refusalOf(service.newOwner().invoices.listPayments({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.invoices.listPayments({ invoiceId: 'x', pageSize: 101 }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['invoice_id', 'page_size'],
    });
    expect(await refusalOf(service.client(InvoiceService).listPayments({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
