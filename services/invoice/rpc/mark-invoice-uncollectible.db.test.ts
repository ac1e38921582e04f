import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('MarkInvoiceUncollectible', () => {
  test('gives up on an open invoice, which can still be paid or voided', async () => {
    const owner = service.newOwner();
    const opened = await owner.open({ dueDate: '2026-02-01' });
    const { invoice } = await owner.invoices.markInvoiceUncollectible({ invoiceId: opened.id });
    expect(invoice).toMatchObject({
      state: Invoice_State.UNCOLLECTIBLE,
      number: opened.number,
      dueMinor: 11900n,
      overdue: false,
      availableActions: [
        Invoice_Action.RESEND,
        Invoice_Action.RECORD_PAYMENT,
        Invoice_Action.APPLY_CREDIT,
        Invoice_Action.ISSUE_CREDIT_NOTE,
        Invoice_Action.REVISE,
        Invoice_Action.WRITE_OFF,
        Invoice_Action.VOID_INVOICE,
        Invoice_Action.DUPLICATE,
      ],
    });
    expect((await service.eventsOf(opened.id))[2]).toMatchObject({
      topic: 'invoice.marked-uncollectible',
      message: { invoice, changes: [{ field: 'state', oldValue: 'OPEN', newValue: 'UNCOLLECTIBLE' }] },
    });
    const { payment } = await owner.invoices.recordPayment({ invoiceId: opened.id, amountMinor: 11900n });
    expect(payment?.invoiceState).toBe(Invoice_State.PAID);
  });

  test('refuses every other state', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const paid = await owner.open();
    await owner.invoices.recordPayment({ invoiceId: paid.id, amountMinor: paid.dueMinor });
    const marked = await owner.open();
    await owner.invoices.markInvoiceUncollectible({ invoiceId: marked.id });
    for (const { id } of [draft, voided, paid, marked]) {
      expect(await refusalOf(owner.invoices.markInvoiceUncollectible({ invoiceId: id }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { action: 'MARK_UNCOLLECTIBLE' },
      });
    }
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const client = owner.with({ 'idempotency-key': 'mark-1' });
    const first = await client.markInvoiceUncollectible({ invoiceId });
    expect(await client.markInvoiceUncollectible({ invoiceId })).toEqual(first);
    expect(await service.eventsOf(invoiceId)).toHaveLength(3);
  });

  test("refuses another owner's invoice, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const stranger = service.newOwner();
    expect(await refusalOf(stranger.invoices.markInvoiceUncollectible({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    const stale = owner.with({ 'if-match': '"1"' });
    expect(await refusalOf(stale.markInvoiceUncollectible({ invoiceId }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect(await refusalOf(owner.invoices.markInvoiceUncollectible({ invoiceId: 'x' }))).toMatchObject({
      fields: ['invoice_id'],
    });
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.markInvoiceUncollectible({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
