import { randomUUID } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorReason } from '../../../gen/numer/errors/v1/error_reason_pb.ts';
import { InvoiceBulkService } from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const bulkOf = (owner: Owner, headers: Record<string, string> = {}) =>
  service.client(InvoiceBulkService, owner.identity, headers);

describe('BatchVoidInvoices', () => {
  test('voids invoices, and tells of each that is refused why', async () => {
    const owner = service.newOwner();
    const [first, partly, last] = [await owner.open(), await owner.open(), await owner.open()];
    await owner.invoices.recordPayment({ invoiceId: partly.id, amountMinor: 1n });
    const draft = await owner.draft();
    const stranger = await service.newOwner().open();
    const invoiceIds = [first.id, partly.id, draft.id, stranger.id, last.id];
    const { results } = await bulkOf(owner).batchVoidInvoices({ invoiceIds });
    expect(results.map(({ refusal }) => refusal?.reason)).toEqual([
      undefined,
      ErrorReason.INVOICE_HAS_PAYMENTS,
      ErrorReason.INVOICE_STATE,
      ErrorReason.INVOICE_NOT_FOUND,
      undefined,
    ]);
    expect(results[4]).toMatchObject({ state: Invoice_State.VOID, number: last.number, etag: '"3"' });
    for (const { id } of [first, last]) {
      expect((await owner.invoices.getInvoice({ invoiceId: id })).invoice?.state).toBe(Invoice_State.VOID);
    }
  });

  test('retried with the same key gives the same answer and voids none twice, also at once', async () => {
    const owner = service.newOwner();
    const invoiceIds = [(await owner.open()).id, (await owner.draft()).id];
    const bulk = bulkOf(owner, { 'idempotency-key': 'batch-1' });
    const answers = await Promise.all(Array.from({ length: 3 }, () => bulk.batchVoidInvoices({ invoiceIds })));
    for (const { results } of answers) expect(results).toEqual(answers[0]?.results);
    expect(answers[0]?.results[0]?.state).toBe(Invoice_State.VOID);
    expect(await service.eventsOf(invoiceIds[0] ?? '')).toHaveLength(3);
  });

  test('takes the longest idempotency key that there is', async () => {
    const owner = service.newOwner();
    const invoiceIds = [(await owner.open()).id];
    const bulk = bulkOf(owner, { 'idempotency-key': 'k'.repeat(255) });
    const { results } = await bulk.batchVoidInvoices({ invoiceIds });
    expect(results).toMatchObject([{ state: Invoice_State.VOID }]);
    expect((await bulk.batchVoidInvoices({ invoiceIds })).results).toEqual(results);
  });

  test.each([
    ['no invoice', [], 'invoice_ids'],
    ['what is no id', ['INV-1'], 'invoice_ids[0]'],
    ['more than 100', Array.from({ length: 101 }, () => randomUUID()), 'invoice_ids'],
  ])('refuses %s', async (_, invoiceIds, field) => {
    const refusal = await refusalOf(bulkOf(service.newOwner()).batchVoidInvoices({ invoiceIds }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test('refuses nobody', async () => {
    const call = service.client(InvoiceBulkService).batchVoidInvoices({ invoiceIds: [randomUUID()] });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated, reason: 'UNAUTHENTICATED' });
  });
});
