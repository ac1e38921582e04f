import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FACTS, FULL_DRAFT, REFERENCES } from '../testing/full-draft.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('DuplicateInvoice', () => {
  test('makes a draft with the same content and terms, and leaves the invoice as it is', async () => {
    const owner = service.newOwner();
    const original = await owner.open({
      ...FULL_DRAFT,
      ...FACTS,
      issueDate: '2026-02-01',
      dueDate: '2026-02-15',
      memo: 'Thanks',
    });
    const copy = required((await owner.invoices.duplicateInvoice({ invoiceId: original.id })).invoice);
    expect(copy).toMatchObject({
      ...REFERENCES,
      // Dates of another supply.
      ...{ deliveryDate: '', periodStartDate: '', periodEndDate: '', revisesInvoiceNumber: '' },
      state: Invoice_State.DRAFT,
      number: '',
      customerId: original.customerId,
      memo: 'Thanks',
      issueDate: '2026-03-01',
      dueDate: '2026-03-15',
      totalMinor: original.totalMinor,
      payableMinor: original.payableMinor + original.prepaidMinor,
      paidMinor: 0n,
      taxes: original.taxes,
      revisesInvoiceId: '',
      etag: '"1-2026-03-01"',
    });
    expect(copy.lines.map((line) => ({ ...line, id: '' }))).toEqual(
      original.lines.map((line) => ({ ...line, id: '' })),
    );
    expect(copy.lines.filter(({ id }) => original.lines.some((line) => line.id === id))).toEqual([]);
    expect((await owner.invoices.getInvoice({ invoiceId: original.id })).invoice).toEqual(original);
    expect((await owner.invoices.getInvoice({ invoiceId: copy.id })).invoice).toEqual(copy);
    expect(await service.eventsOf(copy.id)).toMatchObject([{ topic: 'invoice.created', message: { invoice: copy } }]);
  });

  test('copies nothing that was prepaid, and rounds what is to be paid anew', async () => {
    const owner = service.newOwner();
    const terms = { roundingIncrementMinor: 5n, lines: [{ description: 'Bread', quantity: '1', unitPrice: '100.03' }] };
    const original = await owner.open({ ...terms, prepaidMinor: 2001n });
    expect(original).toMatchObject({ roundingMinor: -2n, payableMinor: 8000n });
    const copy = required((await owner.invoices.duplicateInvoice({ invoiceId: original.id })).invoice);
    expect(copy).toMatchObject({ prepaidMinor: 0n, totalMinor: 10003n, roundingMinor: 2n, payableMinor: 10005n });
    expect(copy).toMatchObject({ roundingIncrementMinor: 5n, dueMinor: 10005n });
    expect(await owner.get(copy.id)).toEqual(copy);
  });

  test('copies drafts, paid and voided invoices too', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft({ dueDate: '2026-02-01' });
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const paid = await owner.open();
    await owner.invoices.recordPayment({ invoiceId: paid.id, amountMinor: paid.dueMinor });
    for (const { id: invoiceId } of [draft, voided, paid]) {
      const { invoice } = await owner.invoices.duplicateInvoice({ invoiceId });
      expect(invoice).toMatchObject({ state: Invoice_State.DRAFT, totalMinor: 11900n });
      expect(required(invoice).dueDate >= '2026-03-01').toBe(true);
    }
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const client = owner.with({ 'idempotency-key': 'duplicate-1' });
    expect(await client.duplicateInvoice({ invoiceId })).toEqual(await client.duplicateInvoice({ invoiceId }));
    expect((await owner.invoices.listInvoices({})).invoices).toHaveLength(2);
  });

  test("refuses another owner's invoice, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    expect(await refusalOf(service.newOwner().invoices.duplicateInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.invoices.duplicateInvoice({ invoiceId: '' }))).toMatchObject({
      fields: ['invoice_id'],
    });
    expect(await refusalOf(service.client(InvoiceService).duplicateInvoice({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
