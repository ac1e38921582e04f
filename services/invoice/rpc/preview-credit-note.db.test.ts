import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FULL_DRAFT } from '../testing/full-draft.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const UUID = '01a20306-0400-7b32-833b-7f949d76e486';

describe('PreviewCreditNote', () => {
  test('tells what issuing would answer, one after the other, and stores nothing', async () => {
    const owner = service.newOwner();
    const { client } = creditNotesOf(service, owner);
    const opened = await owner.open(FULL_DRAFT);
    const { id: invoiceId } = opened;
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 100n });
    const parts = [
      { lines: [{ invoiceLineId: required(opened.lines[0]).id, amountMinor: 7n }] },
      { charges: [{ position: 0 }] },
      { amountMinor: 333n },
      {},
    ];
    for (const part of parts) {
      const request = { invoiceId, reason: 'Returned', ...part };
      const before = await owner.invoices.getInvoice({ invoiceId });
      const { creditNote: preview } = await client.previewCreditNote(request);
      expect(await client.previewCreditNote(request)).toEqual(expect.objectContaining({ creditNote: preview }));
      expect(await owner.invoices.getInvoice({ invoiceId })).toEqual(before);
      const { createTime: _, ...issued } = required((await client.issueCreditNote(request)).creditNote);
      expect(preview).toEqual({ ...issued, id: '', number: '' });
    }
    expect((await owner.invoices.getInvoice({ invoiceId })).invoice?.state).toBe(Invoice_State.PAID);
    const topics = (await service.eventsOf(invoiceId)).map(({ topic }) => topic);
    expect(topics.filter((topic) => topic === 'credit-note.issued')).toHaveLength(parts.length);
  });

  test('needs no reason', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { creditNote } = await creditNotesOf(service, owner).client.previewCreditNote({ invoiceId });
    expect(creditNote).toMatchObject({ reason: '', totalMinor: 11_900n, invoiceDueMinor: 0n });
  });

  test('is refused as issuing is', async () => {
    const owner = service.newOwner();
    const { client } = creditNotesOf(service, owner);
    const opened = await owner.open({ lines: [LINE, LINE] });
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const writtenOff = await owner.open();
    await owner.invoices.writeOffInvoice({ invoiceId: writtenOff.id, amountMinor: 1n, reason: 'insolvent' });
    const [first] = opened.lines;
    const line = { invoiceLineId: required(first).id };
    const refused = [
      { invoiceId: (await owner.draft()).id },
      { invoiceId: voided.id },
      { invoiceId: writtenOff.id },
      { invoiceId: UUID },
      { invoiceId: 'x' },
      { invoiceId: opened.id, numberSeries: 'nowhere' },
      { invoiceId: opened.id, amountMinor: 23_801n },
      { invoiceId: opened.id, amountMinor: -1n },
      { invoiceId: opened.id, amountMinor: 1n, lines: [line] },
      { invoiceId: opened.id, lines: [{ ...line, quantity: '2.5' }] },
      { invoiceId: opened.id, lines: [line, line] },
      { invoiceId: opened.id, lines: [{ invoiceLineId: UUID }] },
      { invoiceId: opened.id, allowances: [{ position: 0 }] },
    ];
    for (const request of refused) {
      const preview = await refusalOf(client.previewCreditNote(request));
      expect(preview).toEqual(await refusalOf(client.issueCreditNote({ ...request, reason: 'Returned' })));
    }
  });

  test("knows nobody else's invoices, and nobody", async () => {
    const { id: invoiceId } = await service.newOwner().open();
    const stranger = creditNotesOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.previewCreditNote({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(service.client(CreditNoteService).previewCreditNote({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
