import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('RecordDeposit', () => {
  test('makes credit of money that comes before there is an invoice, and tells of it', async () => {
    const owner = service.newOwner({ timeZone: 'Pacific/Kiritimati' });
    const ledger = ledgerOf(service, owner);
    const entry = await ledger.deposit(25_000n, { method: 'card', reference: 'R1' });
    expect(entry).toMatchObject({
      customerId: owner.customerId,
      currencyCode: 'EUR',
      type: CreditEntry_Type.DEPOSIT,
      amountMinor: 25_000n,
      entryDate: '2026-03-02',
      invoiceId: '',
      paymentId: '',
      method: 'card',
      reference: 'R1',
    });
    await ledger.deposit(1n, { paymentDate: '2026-02-27', currencyCode: 'JPY' });
    expect((await ledger.client.getCustomerBalances({ customerId: owner.customerId })).balances).toMatchObject([
      { currencyCode: 'EUR', dueMinor: 0n, creditMinor: 25_000n, balanceMinor: -25_000n },
      { currencyCode: 'JPY', dueMinor: 0n, creditMinor: 1n, balanceMinor: -1n },
    ]);
    expect(await service.eventsOf(entry.id)).toMatchObject([
      {
        topic: 'deposit.recorded',
        version: 1n,
        ownerId: owner.identity.userId,
        message: {
          creditEntry: entry,
          changes: [
            { field: 'amountMinor', newValue: '25000' },
            { field: 'currencyCode', newValue: 'EUR' },
            { field: 'customerId', newValue: owner.customerId },
            { field: 'entryDate', newValue: '2026-03-02' },
            { field: 'method' },
            { field: 'reference' },
          ],
        },
      },
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test.each([
    ['nothing', { amountMinor: 0n }, ['amount_minor']],
    ['a negative amount', { amountMinor: -1n }, ['amount_minor']],
    ['more than any amount may be', { amountMinor: 1_000_000_000_000_000n }, ['amount_minor']],
    ['no currency', { currencyCode: '' }, ['currency_code']],
    ['a currency that does not exist', { currencyCode: 'XXX' }, ['currency_code']],
    ['a day in the future', { paymentDate: '2026-03-02' }, ['payment_date']],
    ['a day that does not exist', { paymentDate: '2026-02-30' }, ['payment_date']],
    ['no customer', { customerId: '' }, ['customer_id']],
  ])('refuses %s', async (_, init, fields) => {
    const { deposit } = ledgerOf(service, service.newOwner());
    expect(await refusalOf(deposit(1n, init))).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'INVALID_ARGUMENT',
      fields,
    });
  });

  test('refuses credit beyond what any amount may be', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(999_999_999_999_998n);
    expect(await refusalOf(ledger.deposit(2n))).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'AMOUNT_TOO_LARGE',
    });
    await ledger.deposit(1n);
    expect(await ledger.credit()).toBe(999_999_999_999_999n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test("refuses a deleted customer, another owner's, and nobody", async () => {
    const owner = service.newOwner();
    const { id: gone } = service.userService.addCustomer(owner.identity.userId);
    service.userService.deleteCustomer(gone);
    for (const customerId of [gone, service.newOwner().customerId, randomUUIDv7()]) {
      expect(await refusalOf(ledgerOf(service, owner).deposit(1n, { customerId }))).toMatchObject({
        code: Code.NotFound,
        reason: 'CUSTOMER_NOT_FOUND',
        fields: ['customer_id'],
      });
    }
    const request = { customerId: owner.customerId, amountMinor: 1n, currencyCode: 'EUR' };
    expect(await refusalOf(service.client(CustomerLedgerService).recordDeposit(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('records one deposit for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const { deposit } = ledgerOf(service, owner, { 'idempotency-key': 'deposit-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => deposit(500n)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const ledger = ledgerOf(service, owner);
    expect(await ledger.entries()).toEqual([answers[0]]);
    expect(await ledger.credit()).toBe(500n);
  });

  test('fifty at once all count', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await Promise.all(Array.from({ length: 50 }, () => ledger.deposit(3n)));
    expect(await ledger.credit()).toBe(150n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});
