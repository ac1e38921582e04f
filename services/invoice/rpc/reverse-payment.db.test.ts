import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditEntry_Type } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import { Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService, RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Payment } from '../../../gen/numer/invoice/v1/payment_pb.ts';
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

const reason = 'returned by the bank';

/** Pays what is due on an invoice, and more when an amount is given. */
async function pay(owner: Owner, invoiceId: string, amountMinor = 11_900n): Promise<Payment> {
  const overpayment = RecordPaymentRequest_Overpayment.CREDIT;
  return required((await owner.invoices.recordPayment({ invoiceId, amountMinor, overpayment })).payment);
}

describe('ReversePayment', () => {
  test('makes due again what a payment paid, opens the invoice again, and tells of it', async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    const invoiceId = opened.id;
    await pay(owner, invoiceId, 1_900n);
    const recorded = await pay(owner, invoiceId, 10_000n);
    service.clock.set('2026-03-04T12:00:00Z');
    const { payment } = await owner.invoices.reversePayment({ invoiceId, paymentId: recorded.id, reason });
    expect(payment).toEqual({
      ...recorded,
      reverseTime: required(payment).reverseTime,
      reverseDate: '2026-03-04',
      reverseReason: reason,
    });
    const { invoice } = await owner.invoices.getInvoice({ invoiceId });
    expect(invoice).toMatchObject({
      state: Invoice_State.OPEN,
      number: opened.number,
      paidMinor: 1_900n,
      dueMinor: 10_000n,
      updateTime: payment?.reverseTime,
    });
    expect(invoice?.payTime).toBeUndefined();
    expect(invoice?.availableActions).toContain(Invoice_Action.RECORD_PAYMENT);
    expect((await owner.invoices.listPayments({ invoiceId })).payments).toMatchObject([payment, { reverseReason: '' }]);
    expect((await service.eventsOf(invoiceId))[4]).toMatchObject({
      topic: 'payment.reversed',
      version: 5n,
      message: {
        invoice,
        payment,
        changes: [
          { field: 'paidMinor', oldValue: '11900', newValue: '1900' },
          { field: 'state', oldValue: 'PAID', newValue: 'OPEN' },
          { field: `payments.${payment?.id}.reverseDate`, newValue: payment?.reverseDate },
          { field: `payments.${payment?.id}.reverseReason` },
        ],
      },
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('lets an invoice be voided that has no payment left', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { id: paymentId } = await pay(owner, invoiceId, 100n);
    await owner.invoices.reversePayment({ invoiceId, paymentId, reason });
    expect((await owner.invoices.voidInvoice({ invoiceId })).invoice?.state).toBe(Invoice_State.VOID);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('gives credit back that was applied', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(20_000n);
    const { id: invoiceId } = await owner.open();
    const { payment } = await ledger.client.applyCredit({ invoiceId });
    await owner.invoices.reversePayment({ invoiceId, paymentId: required(payment).id, reason });
    expect(await ledger.credit()).toBe(20_000n);
    expect((await ledger.entries())[0]).toMatchObject({
      type: CreditEntry_Type.REVERSAL,
      amountMinor: 11_900n,
      invoiceId,
      paymentId: payment?.id,
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('makes due again what was written off', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { payment } = await owner.invoices.writeOffInvoice({ invoiceId, reason: 'insolvent' });
    await owner.invoices.reversePayment({ invoiceId, paymentId: required(payment).id, reason });
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({
      state: Invoice_State.OPEN,
      creditedMinor: 0n,
      writtenOffMinor: 0n,
      dueMinor: 11_900n,
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('takes back what became credit, as long as that was not used', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    const { id: invoiceId } = await owner.open();
    const { id: paymentId } = await pay(owner, invoiceId, 12_000n);
    const reverse = () => owner.invoices.reversePayment({ invoiceId, paymentId, reason });
    const { id: otherId } = await owner.open();
    const applied = await ledger.client.applyCredit({ invoiceId: otherId, amountMinor: 1n });
    expect(await refusalOf(reverse())).toMatchObject({ code: Code.FailedPrecondition, reason: 'CREDIT_USED' });
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice?.state).toBe(Invoice_State.PAID);
    const paymentOfOther = required(applied.payment).id;
    await owner.invoices.reversePayment({ invoiceId: otherId, paymentId: paymentOfOther, reason });
    await reverse();
    expect(await ledger.credit()).toBe(0n);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of what became credit as a whole leaves the invoice paid', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await pay(owner, invoiceId);
    const { id: paymentId } = await pay(owner, invoiceId, 700n);
    await owner.invoices.reversePayment({ invoiceId, paymentId, reason });
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({
      state: Invoice_State.PAID,
      paidMinor: 11_900n,
    });
    expect(await ledgerOf(service, owner).credit()).toBe(0n);
  });

  test('happens once, also when fifty ask for it at once', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { id: paymentId } = await pay(owner, invoiceId);
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        owner.invoices.reversePayment({ invoiceId, paymentId, reason }).then(
          () => 'reversed',
          async (error) => (await refusalOf(Promise.reject(error))).reason,
        ),
      ),
    );
    expect(results.toSorted()).toEqual([...Array.from({ length: 49 }, () => 'PAYMENT_REVERSED'), 'reversed']);
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({
      paidMinor: 0n,
      dueMinor: 11_900n,
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('of many payments at once undoes each of them', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const payments = await Promise.all(Array.from({ length: 20 }, () => pay(owner, invoiceId, 100n)));
    await Promise.all(
      payments.map(({ id: paymentId }) => owner.invoices.reversePayment({ invoiceId, paymentId, reason })),
    );
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice).toMatchObject({
      paidMinor: 0n,
      dueMinor: 11_900n,
    });
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('refuses a payment of another invoice or owner, no reason, a stale If-Match, and nobody', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { id: paymentId } = await pay(owner, invoiceId);
    const { id: otherId } = await owner.open();
    for (const request of [
      { invoiceId: otherId, paymentId },
      { invoiceId, paymentId: randomUUIDv7() },
    ]) {
      expect(await refusalOf(owner.invoices.reversePayment({ ...request, reason }))).toMatchObject({
        code: Code.NotFound,
        reason: 'PAYMENT_NOT_FOUND',
      });
    }
    const request = { invoiceId, paymentId, reason };
    expect(await refusalOf(service.newOwner().invoices.reversePayment(request))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.invoices.reversePayment({ ...request, reason: '' }))).toMatchObject({
      fields: ['reason'],
    });
    expect(await refusalOf(owner.with({ 'if-match': '"1"' }).reversePayment(request))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(service.client(InvoiceService).reversePayment(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('answers the same to the same key', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { id: paymentId } = await pay(owner, invoiceId);
    const client = owner.with({ 'idempotency-key': 'reverse-1' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.reversePayment({ invoiceId, paymentId, reason })),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
