import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Linker, PUBLIC_URL, startLinker } from '../testing/start-linker.ts';

let linker: Linker;
beforeAll(async () => {
  linker = await startLinker();
});
afterAll(() => linker.stop());

describe('RevokeDocumentLink', () => {
  test('leaves the document without a link until it is given another one', async () => {
    const document = linker.addCreditNote();
    const former = await linker.tokenOf(document);
    const { link } = await linker.links().revokeDocumentLink({ documentId: document });
    expect(link).toMatchObject({ url: '', revoked: true, etag: '"1"' });
    expect((await linker.links().getDocumentLink({ documentId: document })).link).toEqual(link);
    expect((await linker.refusalOfPage(former)).reason).toBe('NOT_FOUND');
    const { link: given } = await linker.links().rotateDocumentLink({ documentId: document });
    expect(given).toMatchObject({ url: expect.stringContaining(`${PUBLIC_URL}/d/`), revoked: false, etag: '"2"' });
    expect((await linker.refusalOfPage(former)).reason).toBe('NOT_FOUND');
    expect(await linker.pageOf(await linker.tokenOf(document))).toContain('CN-00001');
    expect((await linker.eventsOf(document)).map(({ json }) => json)).toMatchObject([
      { changes: [{ field: 'link' }, { field: 'revoked', oldValue: 'false', newValue: 'true' }] },
      { changes: [{ field: 'link' }, { field: 'revoked', oldValue: 'true', newValue: 'false' }] },
    ]);
  });

  test('done again changes nothing, and is remembered under its key', async () => {
    const document = linker.addQuote();
    const first = await linker.links().revokeDocumentLink({ documentId: document });
    const client = linker.links(linker.user, { 'idempotency-key': 'revocation' });
    expect(await client.revokeDocumentLink({ documentId: document })).toEqual(first);
    await linker.links().rotateDocumentLink({ documentId: document });
    expect(await client.revokeDocumentLink({ documentId: document })).toEqual(first);
    expect((await linker.links().getDocumentLink({ documentId: document })).link?.revoked).toBe(false);
    expect(await linker.eventsOf(document)).toHaveLength(2);
  });

  test('refuses another version, a draft, a missing document, a key that may only read and who is nobody', async () => {
    const document = linker.addQuote();
    const stale = linker.links(linker.user, { 'if-match': '"7"' }).revokeDocumentLink({ documentId: document });
    expect((await refusalOf(stale)).reason).toBe('ETAG_MISMATCH');
    const reader = linker.links({ ...linker.user, canWrite: false }).revokeDocumentLink({ documentId: document });
    expect((await refusalOf(reader)).reason).toBe('PERMISSION_DENIED');
    expect((await refusalOf(linker.nobody.revokeDocumentLink({ documentId: document }))).reason).toBe(
      'UNAUTHENTICATED',
    );
    const draft = linker.addQuote({ state: Quote_State.DRAFT });
    expect((await refusalOf(linker.links().revokeDocumentLink({ documentId: draft }))).reason).toBe('QUOTE_STATE');
    const missing = '01a20306-0400-7b32-833b-7f949d76e486';
    expect((await refusalOf(linker.links().revokeDocumentLink({ documentId: missing }))).reason).toBe(
      'DOCUMENT_NOT_FOUND',
    );
    expect((await linker.links().getDocumentLink({ documentId: document })).link?.revoked).toBe(false);
  });
});
