import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { discrepanciesOf, ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('ApplyCredit', () => {
  test('pays an invoice in part and then in full, as payments of kind CREDIT, and tells of it', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(15_000n);
    const { id: invoiceId } = await owner.open();
    const first = await ledger.client.applyCredit({ invoiceId, amountMinor: 1_900n });
    expect(first.payment).toMatchObject({
      invoiceId,
      kind: Payment_Kind.CREDIT,
      amountMinor: 1_900n,
      appliedMinor: 1_900n,
      excessMinor: 0n,
      currencyCode: 'EUR',
      paymentDate: '2026-03-01',
      invoiceState: Invoice_State.OPEN,
      invoiceDueMinor: 10_000n,
    });
    const { payment } = await ledger.client.applyCredit({ invoiceId });
    expect(payment).toMatchObject({ amountMinor: 10_000n, invoiceState: Invoice_State.PAID, invoiceDueMinor: 0n });
    expect(await ledger.credit()).toBe(3_100n);
    const { invoice } = await owner.invoices.getInvoice({ invoiceId });
    expect(invoice).toMatchObject({ state: Invoice_State.PAID, paidMinor: 11_900n, dueMinor: 0n });
    expect(invoice?.payTime).toEqual(payment?.createTime);
    expect((await owner.invoices.listPayments({ invoiceId })).payments).toEqual([payment, first.payment]);
    expect(await owner.invoices.getPayment({ invoiceId, paymentId: required(payment).id })).toMatchObject({ payment });
    expect(await ledger.entries()).toMatchObject([
      { type: CreditEntry_Type.APPLIED, amountMinor: -10_000n, invoiceId, paymentId: payment?.id },
      { type: CreditEntry_Type.APPLIED, amountMinor: -1_900n, invoiceId, paymentId: first.payment?.id },
      { type: CreditEntry_Type.DEPOSIT, amountMinor: 15_000n },
    ]);
    expect((await service.eventsOf(invoiceId)).slice(2)).toMatchObject([
      { topic: 'credit.applied', version: 3n, message: { payment: first.payment } },
      { topic: 'credit.applied', version: 4n, message: { invoice, payment } },
    ]);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('applies all of the credit when that is less than what is due', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(900n);
    const { id: invoiceId } = await owner.open();
    expect((await ledger.client.applyCredit({ invoiceId })).payment).toMatchObject({
      amountMinor: 900n,
      invoiceDueMinor: 11_000n,
    });
    expect(await refusalOf(ledger.client.applyCredit({ invoiceId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'INSUFFICIENT_CREDIT',
      metadata: { creditMinor: '0' },
    });
  });

  test('does not touch the credit of other customers and currencies', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    const { id: otherId } = service.userService.addCustomer(owner.identity.userId);
    await ledger.deposit(900n, { customerId: otherId });
    await ledger.deposit(900n, { currencyCode: 'USD' });
    const { id: invoiceId } = await owner.open();
    expect(await refusalOf(ledger.client.applyCredit({ invoiceId, amountMinor: 1n }))).toMatchObject({
      reason: 'INSUFFICIENT_CREDIT',
    });
  });

  test('refuses more than what is due', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(50_000n);
    const { id: invoiceId } = await owner.open();
    expect(await refusalOf(ledger.client.applyCredit({ invoiceId, amountMinor: 11_901n }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'OVERPAYMENT',
      metadata: { dueMinor: '11900' },
    });
  });

  test('refuses drafts, void and paid invoices', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(50_000n);
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const paid = await owner.open();
    await ledger.client.applyCredit({ invoiceId: paid.id });
    for (const [{ id: invoiceId }, state] of [
      [draft, 'DRAFT'],
      [voided, 'VOID'],
      [paid, 'PAID'],
    ] as const) {
      expect(await refusalOf(ledger.client.applyCredit({ invoiceId, amountMinor: 1n }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state, action: 'APPLY_CREDIT' },
      });
    }
  });

  test("refuses another owner's invoice, a stale If-Match, a negative amount, and nobody", async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(100n);
    const request = { invoiceId: (await owner.open()).id };
    const stranger = ledgerOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.applyCredit(request))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    const stale = ledgerOf(service, owner, { 'if-match': '"1"' });
    expect(await refusalOf(stale.client.applyCredit(request))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect(await refusalOf(ledger.client.applyCredit({ ...request, amountMinor: -1n }))).toMatchObject({
      fields: ['amount_minor'],
    });
    expect(await refusalOf(service.client(CustomerLedgerService).applyCredit(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('applies once for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(10_000n);
    const { id: invoiceId } = await owner.open();
    const { client } = ledgerOf(service, owner, { 'idempotency-key': 'apply-1' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.applyCredit({ invoiceId, amountMinor: 500n })),
    );
    expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
    expect(await ledger.credit()).toBe(9_500n);
  });

  test('fifty invoices at once share the credit there is, and no more', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(2_050n);
    const invoices = await Promise.all(Array.from({ length: 50 }, () => owner.open()));
    const results = await Promise.all(
      invoices.map(({ id: invoiceId }) =>
        ledger.client.applyCredit({ invoiceId, amountMinor: 100n }).then(
          () => 'applied',
          async (error) => (await refusalOf(Promise.reject(error))).reason,
        ),
      ),
    );
    expect(results.filter((result) => result === 'applied')).toHaveLength(20);
    expect(results.filter((result) => result === 'INSUFFICIENT_CREDIT')).toHaveLength(30);
    expect(await ledger.credit()).toBe(50n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });
});
