import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('ListCreditNotes', () => {
  test('gives the credit notes newest first, page by page, while others come', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { client, issue } = creditNotesOf(service, owner);
    const issued: string[] = [];
    for (let count = 0; count < 7; count++) {
      issued.unshift((await issue(invoiceId, { amountMinor: 1n })).id);
      // Two at the same moment follow each other by id.
      if (count % 2 === 1) service.clock.advance(1);
    }
    const found: string[] = [];
    let pageToken = '';
    do {
      const page = await client.listCreditNotes({ pageSize: 3, pageToken });
      found.push(...page.creditNotes.map(({ id }) => id));
      pageToken = page.nextPageToken;
      service.clock.advance(1);
      await issue(invoiceId, { amountMinor: 1n });
    } while (pageToken !== '');
    expect(found).toEqual(issued);
  });

  test('gives those of an invoice, and those to a customer', async () => {
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const [mine, theirs] = [await owner.open(), await owner.open({ customerId: other })];
    const { client, issue } = creditNotesOf(service, owner);
    const ofMine = await issue(mine.id, { amountMinor: 1n });
    const ofTheirs = await issue(theirs.id, { amountMinor: 1n });
    const list = async (filters: Parameters<typeof client.listCreditNotes>[0]) =>
      (await client.listCreditNotes(filters)).creditNotes;
    expect(await list({ invoiceId: mine.id })).toEqual([ofMine]);
    expect(await list({ customerId: other })).toEqual([ofTheirs]);
    expect(await list({ customerId: other, invoiceId: mine.id })).toEqual([]);
    expect(await list({})).toHaveLength(2);
  });

  test('finds numbers, exactly and by their beginning, and the days on which they were issued', async () => {
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const [mine, theirs] = [await owner.open(), await owner.open({ customerId: other })];
    const { client, issue } = creditNotesOf(service, owner);
    const ids: string[] = [];
    for (const [time, invoiceId] of [
      ['2026-03-01T12:00:00Z', mine.id],
      ['2026-03-03T23:59:59Z', theirs.id],
      ['2026-03-09T00:00:00Z', mine.id],
    ] as const) {
      service.clock.set(time);
      ids.push((await issue(invoiceId, { amountMinor: 1n })).id);
    }
    service.clock.set('2026-03-01T12:00:00Z');
    const [first, second, third] = ids;
    const find = async (filters: Parameters<typeof client.listCreditNotes>[0]) =>
      (await client.listCreditNotes(filters)).creditNotes.map(({ id }) => id);
    expect(await find({ number: 'CN-00002' })).toEqual([second]);
    expect(await find({ number: 'CN-0000' })).toEqual([]);
    expect(await find({ numberPrefix: 'CN-0000' })).toEqual([third, second, first]);
    expect(await find({ numberPrefix: 'CN-0000', invoiceId: mine.id })).toEqual([third, first]);
    expect(await find({ numberPrefix: 'cn' })).toEqual([]);
    expect(await find({ issueDateFrom: '2026-03-03' })).toEqual([third, second]);
    expect(await find({ issueDateTo: '2026-03-03' })).toEqual([second, first]);
    expect(await find({ issueDateFrom: '2026-03-02', issueDateTo: '2026-03-08' })).toEqual([second]);
    expect(await find({ issueDateFrom: '2026-03-02', customerId: owner.customerId })).toEqual([third]);
    expect(await find({ issueDateFrom: '2026-03-10' })).toEqual([]);
    const stranger = creditNotesOf(service, service.newOwner()).client;
    expect((await stranger.listCreditNotes({ number: 'CN-00002' })).creditNotes).toEqual([]);
  });

  test('shows nobody the credit notes of others', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await creditNotesOf(service, owner).issue(invoiceId);
    const { client } = creditNotesOf(service, service.newOwner());
    expect((await client.listCreditNotes({ invoiceId })).creditNotes).toEqual([]);
    expect(await refusalOf(service.client(CreditNoteService).listCreditNotes({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('refuses a token of a list with other filters, and bad bounds', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { client, issue } = creditNotesOf(service, owner);
    await issue(invoiceId, { amountMinor: 1n });
    await issue(invoiceId, { amountMinor: 1n });
    const { nextPageToken: pageToken } = await client.listCreditNotes({ pageSize: 1 });
    for (const filters of [{ invoiceId }, { number: 'CN-1' }, { numberPrefix: 'CN' }, { issueDateTo: '2026-03-01' }]) {
      expect(await refusalOf(client.listCreditNotes({ pageToken, ...filters }))).toMatchObject({
        reason: 'INVALID_PAGE_TOKEN',
      });
    }
    expect(await refusalOf(client.listCreditNotes({ issueDateTo: '2026-02-30' }))).toMatchObject({
      fields: ['issue_date_to'],
    });
    const backwards = { issueDateFrom: '2026-03-02', issueDateTo: '2026-03-01' };
    expect(await refusalOf(client.listCreditNotes(backwards))).toMatchObject({ fields: ['issue_date_to'] });
    expect(await refusalOf(client.listCreditNotes({ pageSize: 101 }))).toMatchObject({ fields: ['page_size'] });
    expect(await refusalOf(client.listCreditNotes({ customerId: 'x' }))).toMatchObject({ fields: ['customer_id'] });
  });
});
