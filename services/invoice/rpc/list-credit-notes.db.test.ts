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
    expect(await refusalOf(client.listCreditNotes({ pageToken, invoiceId }))).toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
    expect(await refusalOf(client.listCreditNotes({ pageSize: 101 }))).toMatchObject({ fields: ['page_size'] });
    expect(await refusalOf(client.listCreditNotes({ customerId: 'x' }))).toMatchObject({ fields: ['customer_id'] });
  });
});
