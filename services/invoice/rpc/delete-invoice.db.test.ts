import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('DeleteInvoice', () => {
  test('deletes a draft with its lines and tells of it', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    await owner.invoices.deleteInvoice({ invoiceId: draft.id });
    expect(await refusalOf(owner.invoices.getInvoice({ invoiceId: draft.id }))).toMatchObject({ code: Code.NotFound });
    expect(await service.db.$client`select 1 from invoice_lines where invoice_id = ${draft.id}`).toHaveLength(0);
    expect(await service.eventsOf(draft.id)).toMatchObject([
      { topic: 'invoice.created' },
      { topic: 'invoice.deleted', version: 2n, message: { invoice: draft } },
    ]);
  });

  test('tells the audit trail what the draft was', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    await owner.invoices.deleteInvoice({ invoiceId: draft.id });
    const [created, deleted] = (await service.eventsOf(draft.id)).map(({ message }) => message.changes);
    expect(deleted?.map(({ field, oldValue, newValue }) => ({ field, oldValue, newValue }))).toEqual(
      created?.map(({ field, newValue }) => ({ field, oldValue: newValue, newValue: undefined })),
    );
    expect(deleted).toContainEqual(
      expect.objectContaining({ field: 'totalMinor', oldValue: String(draft.totalMinor) }),
    );
  });

  test('refuses to delete what was sent, void or paid', async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    for (const [invoiceId, state] of [
      [opened.id, 'OPEN'],
      [voided.id, 'VOID'],
    ] as const) {
      expect(await refusalOf(owner.invoices.deleteInvoice({ invoiceId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state, action: 'DELETE' },
      });
    }
  });

  test("refuses another owner's invoice, a stale If-Match, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    expect(await refusalOf(service.newOwner().invoices.deleteInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.with({ 'if-match': '"7"' }).deleteInvoice({ invoiceId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(service.client(InvoiceService).deleteInvoice({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
    expect(await refusalOf(owner.invoices.deleteInvoice({ invoiceId: 'x' }))).toMatchObject({ fields: ['invoice_id'] });
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const client = owner.with({ 'idempotency-key': 'delete-1' });
    await client.deleteInvoice({ invoiceId });
    await client.deleteInvoice({ invoiceId });
    expect(await refusalOf(owner.invoices.deleteInvoice({ invoiceId }))).toMatchObject({ code: Code.NotFound });
    expect(await service.eventsOf(invoiceId)).toHaveLength(2);
  });

  test('of a deletion and a sending at once, one wins', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const [deleted, sent] = await Promise.allSettled([
      owner.invoices.deleteInvoice({ invoiceId }),
      owner.invoices.sendInvoice({ invoiceId }),
    ]);
    expect([deleted.status, sent.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await service.eventsOf(invoiceId)).toHaveLength(2);
  });
});
