import { afterAll, beforeAll, expect, test } from 'vitest';
import { ListInvoicesRequest_View as View } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { creditNotesOf } from './testing/credit-notes-of.ts';
import { quotesOf } from './testing/quotes-of.ts';
import { recurringOf } from './testing/recurring-of.ts';
import { type InvoiceTestService, LINE, type Owner, startInvoiceService } from './testing/start-invoice-service.ts';

/** Pages end by size, as an answer between services has a limit of 16 MiB. */

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

/** 2 MB, in as many lines as there may be. */
const lines = Array.from({ length: 500 }, () => ({ ...LINE, description: '🥐'.repeat(1_000) }));

interface Page {
  readonly ids: string[];
  readonly nextPageToken: string;
}

const ofIds = (found: readonly { readonly id: string }[], nextPageToken: string): Page => ({
  ids: found.map(({ id }) => id),
  nextPageToken,
});

type List = (page: { pageSize: number; pageToken: string }) => Promise<Page>;

test.each<[string, (owner: Owner) => { make(): Promise<{ id: string }>; list: List }]>([
  [
    'invoices with their lines',
    (owner) => ({
      make: () => owner.draft({ lines }),
      list: async (page) => {
        const { invoices, nextPageToken } = await owner.invoices.listInvoices({ ...page, view: View.FULL });
        return ofIds(invoices, nextPageToken);
      },
    }),
  ],
  [
    'quotes',
    (owner) => {
      const { client, draft } = quotesOf(service, owner);
      return {
        make: () => draft({ invoice: { lines } }),
        list: async (page) => {
          const { quotes, nextPageToken } = await client.listQuotes(page);
          return ofIds(quotes, nextPageToken);
        },
      };
    },
  ],
  [
    'recurring invoices',
    (owner) => {
      const { client, make } = recurringOf(service, owner);
      return {
        make: () => make({ invoice: { lines } }),
        list: async (page) => {
          const { recurringInvoices, nextPageToken } = await client.listRecurringInvoices(page);
          return ofIds(recurringInvoices, nextPageToken);
        },
      };
    },
  ],
  [
    'credit notes',
    (owner) => {
      const { client, issue } = creditNotesOf(service, owner);
      return {
        make: async () => issue((await owner.open({ lines })).id),
        list: async (page) => {
          const { creditNotes, nextPageToken } = await client.listCreditNotes(page);
          return ofIds(creditNotes, nextPageToken);
        },
      };
    },
  ],
])('a page of %s ends before it becomes too large, and the next one goes on from there', async (_, of) => {
  const { make, list } = of(service.newOwner());
  const made = [];
  for (let count = 0; count < 3; count++) made.unshift((await make()).id);
  const pages = [];
  let pageToken = '';
  do {
    const page = await list({ pageSize: 100, pageToken });
    pages.push(page.ids);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat()).toEqual(made);
});
