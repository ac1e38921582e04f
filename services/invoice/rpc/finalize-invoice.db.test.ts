import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('FinalizeInvoice', () => {
  test('opens the draft with a number and both parties, without mailing it', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const { invoice } = await owner.invoices.finalizeInvoice({ invoiceId: draft.id });
    expect(invoice).toMatchObject({
      number: 'INV-00001',
      state: Invoice_State.OPEN,
      issueDate: '2026-03-01',
      openTime: required(invoice).updateTime,
      seller: { name: 'Ada' },
      customer: { name: 'Example Ltd' },
      etag: '"2"',
    });
    expect(required(invoice).sendTime).toBeUndefined();
    expect(required(invoice).availableActions).toContain(Invoice_Action.SEND);
    expect((await owner.invoices.getInvoice({ invoiceId: draft.id })).invoice).toEqual(invoice);
    expect((await service.eventsOf(draft.id))[1]).toMatchObject({
      topic: 'invoice.finalized',
      version: 2n,
      message: {
        invoice,
        changes: [
          { field: 'number', newValue: 'INV-00001' },
          { field: 'issueDate', newValue: '2026-03-01' },
          { field: 'state', oldValue: 'DRAFT', newValue: 'OPEN' },
          { field: 'seller' },
          { field: 'customer' },
        ],
      },
    });
  });

  test('needs no email address of the customer', async () => {
    const owner = service.newOwner();
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId, { email: '' });
    const { id: invoiceId } = await owner.draft({ customerId });
    expect((await owner.invoices.finalizeInvoice({ invoiceId })).invoice?.number).toBe('INV-00001');
  });

  test('an invoice over nothing is paid at once', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft({ lines: [{ ...LINE, unitPrice: '0' }] });
    const { invoice } = await owner.invoices.finalizeInvoice({ invoiceId });
    expect(invoice).toMatchObject({ state: Invoice_State.PAID, dueMinor: 0n });
  });

  test('sent and finalized invoices share one sequence, whatever comes at once', async () => {
    const owner = service.newOwner();
    const drafts = await Promise.all(Array.from({ length: 40 }, () => owner.draft()));
    const answers = await Promise.all(
      drafts.map(({ id: invoiceId }, index) =>
        index % 2 === 0 ? owner.invoices.finalizeInvoice({ invoiceId }) : owner.invoices.sendInvoice({ invoiceId }),
      ),
    );
    expect(answers.map(({ invoice }) => invoice?.number).toSorted()).toEqual(
      Array.from({ length: 40 }, (_, index) => `INV-${String(index + 1).padStart(5, '0')}`),
    );
  });

  test('answers a repetition with the same key as before, and one without as refused', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const client = owner.with({ 'idempotency-key': 'finalize-1' });
    const first = await client.finalizeInvoice({ invoiceId });
    expect(await client.finalizeInvoice({ invoiceId })).toEqual(first);
    expect(await service.eventsOf(invoiceId)).toHaveLength(2);
    expect(await refusalOf(owner.invoices.finalizeInvoice({ invoiceId }))).toMatchObject({
      reason: 'INVOICE_STATE',
      metadata: { state: 'OPEN', action: 'FINALIZE', cause: 'OPENED' },
    });
  });

  test('refuses a draft without lines or with a customer who is gone', async () => {
    const owner = service.newOwner();
    const empty = await owner.draft({ lines: [] });
    const { id: gone } = service.userService.addCustomer(owner.identity.userId);
    const orphan = await owner.draft({ customerId: gone });
    service.userService.deleteCustomer(gone);
    for (const [{ id: invoiceId }, reason] of [
      [empty, 'INVOICE_EMPTY'],
      [orphan, 'CUSTOMER_DELETED'],
    ] as const) {
      expect(await refusalOf(owner.invoices.finalizeInvoice({ invoiceId }))).toMatchObject({ reason });
    }
  });

  test("refuses another owner's invoice, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    expect(await refusalOf(service.newOwner().invoices.finalizeInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.with({ 'if-match': '"9"' }).finalizeInvoice({ invoiceId }))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(owner.invoices.finalizeInvoice({ invoiceId: 'x' }))).toMatchObject({
      fields: ['invoice_id'],
    });
    expect(await refusalOf(service.client(InvoiceService).finalizeInvoice({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
