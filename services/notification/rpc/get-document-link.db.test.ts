import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Linker, PUBLIC_URL, startLinker } from '../testing/start-linker.ts';

let linker: Linker;
beforeAll(async () => {
  linker = await startLinker();
});
afterAll(() => linker.stop());

describe('GetDocumentLink', () => {
  test('gives the address of the page of each kind of document, the same each time, and changes nothing', async () => {
    const before = await linker.dump();
    for (const document of [linker.addInvoice(), linker.addQuote(), linker.addCreditNote()]) {
      const { link } = await linker.links().getDocumentLink({ documentId: document });
      expect(link).toMatchObject({ revoked: false, etag: '"0"' });
      expect(link?.updateTime).toBeUndefined();
      expect(link?.url).toMatch(new RegExp(`^${PUBLIC_URL}/d/[A-Za-z0-9_-]{68}$`));
      expect(await linker.urlOf(document)).toBe(link?.url);
    }
    expect(await linker.dump()).toBe(before);
    expect(linker.shelf.isForwarded).toBe(true);
  });

  test('a draft has none', async () => {
    const invoice = linker.addInvoice({ state: Invoice_State.DRAFT, number: '' });
    expect(await refusalOf(linker.links().getDocumentLink({ documentId: invoice }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'INVOICE_STATE',
      metadata: { state: 'DRAFT', cause: 'NOT_OPENED' },
    });
    const quote = linker.addQuote({ state: Quote_State.DRAFT, number: '' });
    expect(await refusalOf(linker.links().getDocumentLink({ documentId: quote }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'QUOTE_STATE',
      metadata: { state: 'DRAFT', cause: 'NOT_SENT' },
    });
  });

  test.each([
    ['01a20306-0400-7b32-833b-7f949d76e486', 'DOCUMENT_NOT_FOUND'],
    ['x', 'INVALID_ARGUMENT'],
    ['', 'INVALID_ARGUMENT'],
  ])('refuses %j with %s', async (documentId, reason) => {
    expect((await refusalOf(linker.links().getDocumentLink({ documentId }))).reason).toBe(reason);
  });

  test('refuses a key that may only read, since whoever has the link of a quote can answer it, and who is nobody', async () => {
    const document = linker.addQuote();
    const reader = linker.links({ ...linker.user, canWrite: false });
    expect((await refusalOf(reader.getDocumentLink({ documentId: document }))).reason).toBe('PERMISSION_DENIED');
    expect((await refusalOf(linker.nobody.getDocumentLink({ documentId: document }))).reason).toBe('UNAUTHENTICATED');
  });
});

test('where nobody said where customers reach the gateway, the address is the path on it', async () => {
  const local = await startLinker({});
  expect(await local.urlOf(local.addInvoice())).toMatch(/^\/d\/[A-Za-z0-9_-]{68}$/);
  await local.stop();
});
