import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const requestOf = (owner: Owner) => ({ customerId: owner.customerId, amountMinor: 100n, currencyCode: 'EUR' });

describe('RefundCredit', () => {
  test('takes what was paid out off the credit, and tells of it', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(300n);
    const { creditEntry } = await ledger.client.refundCredit({
      ...requestOf(owner),
      refundDate: '2026-02-28',
      method: 'bank transfer',
      reference: 'R2',
    });
    expect(creditEntry).toMatchObject({
      type: CreditEntry_Type.REFUND,
      amountMinor: -100n,
      entryDate: '2026-02-28',
      method: 'bank transfer',
      reference: 'R2',
    });
    expect(await ledger.credit()).toBe(200n);
    expect(await service.eventsOf(required(creditEntry).id)).toMatchObject([
      { topic: 'credit.refunded', version: 1n, message: { creditEntry } },
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('refuses more than there is in this currency, and tells how much that is', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(99n);
    await ledger.deposit(1_000n, { currencyCode: 'USD' });
    expect(await refusalOf(ledger.client.refundCredit(requestOf(owner)))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'INSUFFICIENT_CREDIT',
      metadata: { creditMinor: '99' },
      fields: ['amount_minor'],
    });
    expect(await ledger.credit()).toBe(99n);
  });

  test.each([
    ['nothing', { amountMinor: 0n }, ['amount_minor']],
    ['a currency that does not exist', { currencyCode: 'XXX' }, ['currency_code']],
    ['a day in the future', { refundDate: '2026-03-02' }, ['refund_date']],
  ])('refuses %s', async (_, init, fields) => {
    const owner = service.newOwner();
    const { client } = ledgerOf(service, owner);
    expect(await refusalOf(client.refundCredit({ ...requestOf(owner), ...init }))).toMatchObject({
      code: Code.InvalidArgument,
      fields,
    });
  });

  test('pays out to a customer who is deleted by now', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(100n);
    service.userService.deleteCustomer(owner.customerId);
    await ledger.client.refundCredit(requestOf(owner));
    expect(await ledger.credit()).toBe(0n);
  });

  test("refuses another owner's customer, and nobody", async () => {
    const owner = service.newOwner();
    await ledgerOf(service, owner).deposit(100n);
    const stranger = ledgerOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.refundCredit(requestOf(owner)))).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
    });
    expect(await refusalOf(service.client(CustomerLedgerService).refundCredit(requestOf(owner)))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('refunds once for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(1_000n);
    const { client } = ledgerOf(service, owner, { 'idempotency-key': 'refund-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.refundCredit(requestOf(owner))));
    expect(new Set(answers.map(({ creditEntry }) => creditEntry?.id)).size).toBe(1);
    expect(await ledger.credit()).toBe(900n);
  });

  test('of fifty at once only as many go through as there is credit for', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(1_250n);
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        ledger.client.refundCredit(requestOf(owner)).then(
          () => 'refunded',
          async (error) => (await refusalOf(Promise.reject(error))).reason,
        ),
      ),
    );
    expect(results.toSorted()).toEqual([
      ...Array.from({ length: 38 }, () => 'INSUFFICIENT_CREDIT'),
      ...Array.from({ length: 12 }, () => 'refunded'),
    ]);
    expect(await ledger.credit()).toBe(50n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});
