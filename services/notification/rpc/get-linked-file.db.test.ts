import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { GetLinkedFileRequest_Format as Format } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { type Linker, startLinker } from '../testing/start-linker.ts';

let linker: Linker;
beforeAll(async () => {
  linker = await startLinker();
});
afterAll(() => linker.stop());

async function ask(document: string, format: Format) {
  return linker.gateway.getLinkedFile({ token: await linker.tokenOf(document), format });
}

test.each([
  ['invoice', 'Invoice 2026-0042', () => linker.addInvoice()],
  ['quote', 'Quote Q-00007', () => linker.addQuote()],
  ['credit note', 'Credit note CN-00001', () => linker.addCreditNote()],
] as const)('the PDF of the %s is that of its owner', async (_name, title, add) => {
  const { file, fileName } = await ask(add(), Format.PDF);
  expect([file?.contentType, fileName]).toEqual(['application/pdf', `${title}.pdf`]);
  expect((await readPdf(file?.data ?? new Uint8Array())).pages.join('\n')).toContain(title);
});

test.each([
  ['invoice', () => linker.addInvoice()],
  ['credit note', () => linker.addCreditNote({ invoiceId: linker.addInvoice() })],
] as const)('the %s can be had as an electronic invoice if it can be one', async (_name, add) => {
  const document = add();
  for (const format of [Format.UBL, Format.CII, Format.FACTUR_X]) {
    expect((await refusalOf(ask(document, format))).reason).toBe('E_INVOICE_IMPOSSIBLE');
  }
  linker.shelf.eInvoices.set(document, { xml: '<Invoice/>', memo: '' });
  for (const format of [Format.UBL, Format.CII]) {
    const { file, fileName } = await ask(document, format);
    expect([file?.contentType, fileName]).toEqual(['application/xml', 'e.xml']);
    expect(new TextDecoder().decode(file?.data)).toBe('<Invoice/>');
  }
  expect((await ask(document, Format.FACTUR_X)).file?.contentType).toBe('application/pdf');
});

test('what is void is no electronic invoice any more, and a quote never is one', async () => {
  const document = linker.addInvoice({
    state: Invoice_State.VOID,
    voidTime: timestampFromDate(new Date('2026-03-09T12:00:00Z')),
  });
  linker.shelf.eInvoices.set(document, { xml: '<Invoice/>', memo: '' });
  const quote = linker.addQuote();
  for (const format of [Format.UBL, Format.CII, Format.FACTUR_X]) {
    expect((await refusalOf(ask(document, format))).reason).toBe('NOT_FOUND');
    expect((await refusalOf(ask(quote, format))).reason).toBe('NOT_FOUND');
  }
  const { file } = await ask(document, Format.PDF);
  expect((await readPdf(file?.data ?? new Uint8Array())).pages.join('\n')).toContain('Void');
});

test('a link that was revoked gives no file, and only services may ask', async () => {
  const document = linker.addInvoice();
  const token = await linker.tokenOf(document);
  const request = { token, format: Format.PDF };
  expect((await refusalOf(linker.nobody.getLinkedFile(request))).reason).toBe('UNAUTHENTICATED');
  expect((await refusalOf(linker.links().getLinkedFile(request))).reason).toBe('PERMISSION_DENIED');
  await linker.links().revokeDocumentLink({ documentId: document });
  expect((await refusalOf(linker.gateway.getLinkedFile(request))).reason).toBe('NOT_FOUND');
  const unsaid = linker.gateway.getLinkedFile({ token, format: Format.FORMAT_UNSPECIFIED });
  expect((await refusalOf(unsaid)).fields).toEqual(['format']);
});
