import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, LINE, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetCustomerBalances', () => {
  test('gives what is due on invoices and what is in credit, by currency', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await owner.draft();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 1_900n });
    const { id: uncollectible } = await owner.open({ prepaidMinor: 11_800n });
    await owner.invoices.markInvoiceUncollectible({ invoiceId: uncollectible });
    const { id: voided } = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided });
    await owner.open({ currencyCode: 'JPY', lines: [{ ...LINE, taxPercent: '' }] });
    await ledger.deposit(2_500n);
    const { balances } = await ledger.client.getCustomerBalances({ customerId: owner.customerId });
    expect(balances).toMatchObject([
      { currencyCode: 'EUR', dueMinor: 10_100n, creditMinor: 2_500n, balanceMinor: 7_600n },
      { currencyCode: 'JPY', dueMinor: 100n, creditMinor: 0n, balanceMinor: 100n },
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('follows a revision to the customer that it is for', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    const { id: invoiceId } = await owner.open();
    const { id: otherId } = service.userService.addCustomer(owner.identity.userId);
    const { invoice: revision } = await owner.invoices.reviseInvoice({ invoiceId });
    await owner.invoices.updateInvoice({
      invoice: { id: revision?.id ?? '', customerId: otherId },
      updateMask: { paths: ['customer_id'] },
    });
    await owner.invoices.finalizeInvoice({ invoiceId: revision?.id ?? '' });
    for (const [customerId, dueMinor] of [
      [owner.customerId, 0n],
      [otherId, 11_900n],
    ] as const) {
      expect((await ledger.client.getCustomerBalances({ customerId })).balances).toMatchObject([{ dueMinor }]);
    }
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('tells the most that can be said when the sum is more', async () => {
    const owner = service.newOwner();
    await service.db.$client`
      insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, create_time)
      select ${owner.identity.userId}, ${owner.customerId}, 'EUR', '2026-03-01', 'INVOICE', 9e18, 0, now()
      from generate_series(1, 2)`;
    const { client } = ledgerOf(service, owner);
    expect((await client.getCustomerBalances({ customerId: owner.customerId })).balances).toMatchObject([
      { dueMinor: 2n ** 63n - 1n, balanceMinor: 2n ** 63n - 1n },
    ]);
  });

  test('is empty for a customer about whom there is nothing, and stays for one who is deleted', async () => {
    const owner = service.newOwner();
    const { client, deposit } = ledgerOf(service, owner);
    const { customerId } = owner;
    expect((await client.getCustomerBalances({ customerId })).balances).toEqual([]);
    await deposit(1n);
    service.userService.deleteCustomer(customerId);
    expect((await client.getCustomerBalances({ customerId })).balances).toHaveLength(1);
  });

  test("refuses another owner's customer, and nobody", async () => {
    const owner = service.newOwner();
    await ledgerOf(service, owner).deposit(1n);
    const { customerId } = owner;
    const stranger = ledgerOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.getCustomerBalances({ customerId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
    });
    expect(await refusalOf(service.client(CustomerLedgerService).getCustomerBalances({ customerId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
