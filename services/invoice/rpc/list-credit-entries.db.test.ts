import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('ListCreditEntries', () => {
  test('gives all pages newest first, whatever days the entries are for', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    for (const amountMinor of [1n, 2n, 3n, 4n, 5n]) {
      await ledger.deposit(amountMinor, { paymentDate: `2026-02-2${amountMinor % 3n}` });
    }
    const { customerId } = owner;
    const amounts: bigint[] = [];
    let pageToken = '';
    do {
      const page = await ledger.client.listCreditEntries({ customerId, pageSize: 2, pageToken });
      amounts.push(...page.creditEntries.map(({ amountMinor }) => amountMinor));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(amounts).toEqual([5n, 4n, 3n, 2n, 1n]);
  });

  test('gives those in one currency, and none of invoices that change no credit', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await owner.open();
    await ledger.deposit(1n);
    await ledger.deposit(2n, { currencyCode: 'USD' });
    const { customerId } = owner;
    const { creditEntries } = await ledger.client.listCreditEntries({ customerId, currencyCode: 'USD' });
    expect(creditEntries).toMatchObject([{ currencyCode: 'USD', amountMinor: 2n }]);
    expect(await ledger.entries()).toHaveLength(2);
  });

  test('is empty for a customer without credit, and stays for one who is deleted', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    expect(await ledger.entries()).toEqual([]);
    await ledger.deposit(1n);
    service.userService.deleteCustomer(owner.customerId);
    expect(await ledger.entries()).toHaveLength(1);
  });

  test("refuses another owner's customer, a token of another list, and nobody", async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(1n);
    await ledger.deposit(1n);
    const { customerId } = owner;
    const stranger = ledgerOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.listCreditEntries({ customerId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
    });
    const { nextPageToken: pageToken } = await ledger.client.listCreditEntries({ customerId, pageSize: 1 });
    expect(
      await refusalOf(ledger.client.listCreditEntries({ customerId, pageToken, currencyCode: 'EUR' })),
    ).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    expect(await refusalOf(ledger.client.listCreditEntries({ customerId, pageSize: 101 }))).toMatchObject({
      fields: ['page_size'],
    });
    expect(await refusalOf(service.client(CustomerLedgerService).listCreditEntries({ customerId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
