import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService, RecordPaymentRequest_Overpayment } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('VoidInvoice', () => {
  test('cancels an open invoice, which keeps its number and its amounts', async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    const { invoice } = await owner.invoices.voidInvoice({ invoiceId: opened.id });
    expect(invoice).toEqual({
      ...opened,
      state: Invoice_State.VOID,
      creditableMinor: 0n,
      voidTime: invoice?.updateTime,
      etag: '"3"',
      availableActions: [Invoice_Action.DUPLICATE],
      unavailableActions: invoice?.unavailableActions,
    });
    expect((await owner.invoices.getInvoice({ invoiceId: opened.id })).invoice).toEqual(invoice);
    expect((await service.eventsOf(opened.id))[2]).toMatchObject({
      topic: 'invoice.voided',
      version: 3n,
      message: { invoice, changes: [{ field: 'state', oldValue: 'OPEN', newValue: 'VOID' }] },
    });
    expect((await owner.open()).number).toBe('INV-00002');
  });

  test('cancels an uncollectible invoice', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.markInvoiceUncollectible({ invoiceId });
    const { invoice } = await owner.invoices.voidInvoice({ invoiceId });
    expect(invoice?.state).toBe(Invoice_State.VOID);
  });

  test('cancels an invoice over nothing, which was paid at once', async () => {
    const owner = service.newOwner();
    const opened = await owner.open({ discountPercent: '100' });
    expect(opened).toMatchObject({ state: Invoice_State.PAID, payableMinor: 0n });
    expect(opened.availableActions).toContain(Invoice_Action.VOID_INVOICE);
    // Money that arrives by mistake is credit of the customer, and stays so.
    const { payment } = await owner.invoices.recordPayment({
      invoiceId: opened.id,
      amountMinor: 5n,
      overpayment: RecordPaymentRequest_Overpayment.CREDIT,
    });
    const { invoice } = await owner.invoices.voidInvoice({ invoiceId: opened.id });
    expect(invoice).toMatchObject({ state: Invoice_State.VOID, number: opened.number, voidTime: invoice?.updateTime });
    expect(invoice?.payTime).toBeUndefined();
    expect(await owner.get(opened.id)).toEqual(invoice);
    expect((await service.eventsOf(opened.id)).at(-1)).toMatchObject({
      topic: 'invoice.voided',
      message: { invoice, changes: [{ field: 'state', oldValue: 'PAID', newValue: 'VOID' }] },
    });
    await owner.invoices.reversePayment({ invoiceId: opened.id, paymentId: required(payment).id, reason: 'Sent back' });
    expect(await owner.get(opened.id)).toMatchObject({ state: Invoice_State.VOID, payableMinor: 0n });
  });

  test('refuses drafts, what is void already, and what has payments or is paid', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const partly = await owner.open();
    await owner.invoices.recordPayment({ invoiceId: partly.id, amountMinor: 1n });
    const paid = await owner.open();
    await owner.invoices.recordPayment({ invoiceId: paid.id, amountMinor: paid.dueMinor });
    const prepaid = await owner.open({ prepaidMinor: 11900n });
    for (const [{ id }, reason] of [
      [draft, 'INVOICE_STATE'],
      [voided, 'INVOICE_STATE'],
      [partly, 'INVOICE_HAS_PAYMENTS'],
      [paid, 'INVOICE_STATE'],
      [prepaid, 'INVOICE_STATE'],
    ] as const) {
      expect(await refusalOf(owner.invoices.voidInvoice({ invoiceId: id }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason,
      });
    }
  });

  test('of a payment and a cancellation at once, one wins', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const results = await Promise.allSettled([
      owner.invoices.voidInvoice({ invoiceId }),
      owner.invoices.recordPayment({ invoiceId, amountMinor: 1n }),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('answers a repetition with the same key as before, and one without as refused', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const client = owner.with({ 'idempotency-key': 'void-1' });
    const first = await client.voidInvoice({ invoiceId });
    expect(await client.voidInvoice({ invoiceId })).toEqual(first);
    expect(await service.eventsOf(invoiceId)).toHaveLength(3);
    expect(await refusalOf(owner.invoices.voidInvoice({ invoiceId }))).toMatchObject({ reason: 'INVOICE_STATE' });
  });

  test("refuses another owner's invoice, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId, etag } = await owner.open();
    expect(await refusalOf(service.newOwner().invoices.voidInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 1n });
    expect(await refusalOf(owner.with({ 'if-match': etag }).voidInvoice({ invoiceId }))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(owner.invoices.voidInvoice({ invoiceId: 'x' }))).toMatchObject({ fields: ['invoice_id'] });
    expect(await refusalOf(service.client(InvoiceService).voidInvoice({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
