import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { put, startPrinter } from '../testing/start-printer.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';
import { testInvoice } from '../testing/test-invoice.ts';

let printer: Awaited<ReturnType<typeof startPrinter>>;
const user = testUser();

beforeAll(async () => {
  printer = await startPrinter();
});
afterAll(async () => {
  await printer.stop();
});

const ask = (creditNoteId: string) => printer.client(DocumentService, user).getCreditNoteFacturX({ creditNoteId });

test('a credit note is printed with the same electronic one in it, which has the supply and the references of its invoice', async () => {
  const { shelf } = printer;
  const facts = { deliveryDate: '2026-02-27', buyerReference: 'Dept. 7', purchaseOrderReference: 'PO-4711' };
  const invoiceId = put(shelf.invoices, testInvoice(facts));
  const creditNoteId = put(shelf.creditNotes, { ...testCreditNote(), invoiceId });
  shelf.eInvoices.set(creditNoteId, { xml: '<creditNote/>', memo: '' });
  const { file, fileName } = await ask(creditNoteId);
  expect([file?.contentType, fileName]).toEqual(['application/pdf', 'Credit note CN-00001.pdf']);
  const { pages, embedded } = await readPdf(file?.data ?? new Uint8Array());
  expect(new TextDecoder().decode(embedded.get('factur-x.xml'))).toBe('<creditNote/>');
  const texts = ['Credit note CN-00001', '2026-0042', '1 March 2026', '20.00 EUR', 'Returned'];
  for (const text of [...texts, '27 February 2026', 'Dept. 7', 'PO-4711']) expect(pages[0]).toContain(text);
  expect(shelf.isForwarded).toBe(true);
});

test('what an electronic credit note can say and Factur-X cannot is refused', async () => {
  const taxes = [{ taxPercent: '22', netMinor: 1_000n, taxMinor: 220n, category: Tax_Category.SPLIT_PAYMENT }];
  const creditNoteId = put(printer.shelf.creditNotes, { ...testCreditNote(), taxes });
  printer.shelf.eInvoices.set(creditNoteId, { xml: '<creditNote/>', memo: '' });
  expect(await refusalOf(ask(creditNoteId))).toMatchObject({
    reason: 'E_INVOICE_IMPOSSIBLE',
    fields: ['taxes[0].category'],
  });
});

test('nobody gets what they have no right to', async () => {
  const creditNoteId = randomUUIDv7();
  expect(await refusalOf(ask(creditNoteId))).toMatchObject({ code: Code.NotFound, reason: 'CREDIT_NOTE_NOT_FOUND' });
  expect((await refusalOf(ask('x'))).fields).toEqual(['credit_note_id']);
  expect(await refusalOf(printer.client(DocumentService).getCreditNoteFacturX({ creditNoteId }))).toMatchObject({
    code: Code.Unauthenticated,
    reason: 'UNAUTHENTICATED',
  });
});
