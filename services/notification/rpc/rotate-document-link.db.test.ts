import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Linker, startLinker } from '../testing/start-linker.ts';

let linker: Linker;
beforeAll(async () => {
  linker = await startLinker();
});
afterAll(() => linker.stop());

describe('RotateDocumentLink', () => {
  test('gives another link; the one before leads nowhere at once, and that of no other document', async () => {
    const [document, other] = [linker.addInvoice(), linker.addInvoice()];
    const [former, others] = [await linker.tokenOf(document), await linker.tokenOf(other)];
    const { link } = await linker.links().rotateDocumentLink({ documentId: document });
    expect(link).toMatchObject({ revoked: false, etag: '"1"' });
    expect(link?.updateTime).toBeDefined();
    expect(await linker.urlOf(document)).toBe(link?.url);
    expect((await linker.refusalOfPage(former)).reason).toBe('NOT_FOUND');
    expect(await linker.pageOf(await linker.tokenOf(document))).toContain('2026-0042');
    expect(await linker.pageOf(others)).toContain('2026-0042');
  });

  test('says that it happened, and of which invoice, without a word of the links', async () => {
    const invoice = linker.addInvoice();
    const creditNote = linker.addCreditNote({ invoiceId: invoice });
    const former = await linker.tokenOf(creditNote);
    await linker.links().rotateDocumentLink({ documentId: creditNote });
    const events = await linker.eventsOf(creditNote);
    expect(events).toMatchObject([
      {
        topic: 'document-link.updated',
        ownerId: linker.user.userId,
        actor: linker.user.actor,
        version: 1n,
        json: { documentId: creditNote, invoiceId: invoice, changes: [{ field: 'link' }] },
      },
    ]);
    const dump = await linker.dump();
    for (const token of [former, await linker.tokenOf(creditNote)]) {
      expect(dump).not.toContain(token);
      expect(dump).not.toContain(token.slice(-24));
    }
  });

  test('retried with the same key rotates once, and does not tell the link again', async () => {
    const document = linker.addQuote();
    const client = linker.links(linker.user, { 'idempotency-key': 'rotation' });
    const first = await client.rotateDocumentLink({ documentId: document });
    const again = await client.rotateDocumentLink({ documentId: document });
    expect(again.link).toEqual({ ...first.link, url: '' });
    expect(await linker.urlOf(document)).toBe(first.link?.url);
  });

  test('gives each of many at once a link of its own, of which the last is good', async () => {
    const document = linker.addInvoice();
    const rotate = () => linker.links().rotateDocumentLink({ documentId: document });
    const urls = (await Promise.all(Array.from({ length: 5 }, rotate))).map(({ link }) => link?.url ?? '');
    expect(new Set(urls).size).toBe(5);
    expect(urls).toContain(await linker.urlOf(document));
    const pages = await Promise.all(
      urls.map((url) =>
        linker.pageOf(url.split('/').at(-1) ?? '').then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(pages.filter(Boolean)).toHaveLength(1);
  });

  test('refuses another version, a draft, a key that may only read and who is nobody', async () => {
    const document = linker.addInvoice();
    const stale = linker.links(linker.user, { 'if-match': '"7"' }).rotateDocumentLink({ documentId: document });
    expect((await refusalOf(stale)).reason).toBe('ETAG_MISMATCH');
    const reader = linker.links({ ...linker.user, canWrite: false }).rotateDocumentLink({ documentId: document });
    expect((await refusalOf(reader)).reason).toBe('PERMISSION_DENIED');
    expect((await refusalOf(linker.nobody.rotateDocumentLink({ documentId: document }))).reason).toBe(
      'UNAUTHENTICATED',
    );
    const draft = linker.addInvoice({ state: Invoice_State.DRAFT });
    expect((await refusalOf(linker.links().rotateDocumentLink({ documentId: draft }))).reason).toBe('INVOICE_STATE');
    const missing = '01a20306-0400-7b32-833b-7f949d76e486';
    expect((await refusalOf(linker.links().rotateDocumentLink({ documentId: missing }))).reason).toBe(
      'DOCUMENT_NOT_FOUND',
    );
    expect((await linker.links().getDocumentLink({ documentId: document })).link?.etag).toBe('"0"');
  });
});
