import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { put, startPrinter } from '../testing/start-printer.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';

let printer: Awaited<ReturnType<typeof startPrinter>>;
const user = testUser();

beforeAll(async () => {
  printer = await startPrinter();
});
afterAll(async () => {
  await printer.stop();
});

test('a credit note is printed with the invoice that it is of, its amount and its reason', async () => {
  const creditNoteId = put(printer.shelf.creditNotes, testCreditNote());
  const { file } = await printer.client(DocumentService, user).getCreditNotePdf({ creditNoteId });
  const { pages, info } = await readPdf(file?.data ?? new Uint8Array());
  expect(info).toMatchObject({ Title: 'Credit note CN-00001' });
  for (const part of ['Credit note CN-00001', '2026-0042', '1 March 2026', '20.00 EUR', 'Returned'])
    expect(pages[0]).toContain(part);
});

test('nobody gets what they have no right to', async () => {
  const creditNoteId = randomUUIDv7();
  expect(await refusalOf(printer.client(DocumentService, user).getCreditNotePdf({ creditNoteId }))).toMatchObject({
    code: Code.NotFound,
    reason: 'CREDIT_NOTE_NOT_FOUND',
  });
  expect(await refusalOf(printer.client(DocumentService).getCreditNotePdf({ creditNoteId }))).toMatchObject({
    code: Code.Unauthenticated,
    reason: 'UNAUTHENTICATED',
  });
});
