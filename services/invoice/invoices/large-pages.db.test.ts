import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvoiceService, ListInvoicesRequest_View as View } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { LARGE_ALLOWANCES, LARGE_LINES } from '../testing/large-content.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

/** Pages also end by size, as an answer between services has a limit. */

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService({ overNetwork: true });
});
afterAll(() => service.stop());

interface Page {
  readonly ids: string[];
  readonly nextPageToken: string;
}

const ofIds = (found: readonly { readonly id: string }[], nextPageToken: string): Page => ({
  ids: found.map(({ id }) => id),
  nextPageToken,
});

/** How many of the documents are too large for one page, by what makes them large: those with lines are of half the size. */
const TOO_MANY = { lines: 3, allowances: 2 } as const;

/** Makes a draft with large allowances: the first one is created, others are copies of it. */
async function makeLarge({ invoices, draft }: Owner): Promise<{ id: string }> {
  const [like] = (await invoices.listInvoices({ pageSize: 1 })).invoices;
  if (like === undefined) return draft(LARGE_ALLOWANCES);
  return required((await invoices.duplicateInvoice({ invoiceId: like.id })).invoice);
}

type List = (page: { pageSize: number; pageToken: string }) => Promise<Page>;

test.each<[string, keyof typeof TOO_MANY, (owner: Owner) => { make(): Promise<{ id: string }>; list: List }]>([
  [
    'invoices with their lines',
    'lines',
    (owner) => ({
      make: () => owner.draft({ lines: LARGE_LINES }),
      list: async (page) => {
        const { invoices, nextPageToken } = await owner.invoices.listInvoices({ ...page, view: View.FULL });
        return ofIds(invoices, nextPageToken);
      },
    }),
  ],
  [
    'invoices without their lines',
    'allowances',
    (owner) => ({
      make: () => makeLarge(owner),
      list: async (page) => {
        const { invoices, nextPageToken } = await owner.invoices.listInvoices(page);
        return ofIds(invoices, nextPageToken);
      },
    }),
  ],
  [
    'quotes',
    'allowances',
    (owner) => {
      const { client, draft } = quotesOf(service, owner);
      return {
        make: () => draft({ invoice: LARGE_ALLOWANCES }),
        list: async (page) => {
          const { quotes, nextPageToken } = await client.listQuotes(page);
          return ofIds(quotes, nextPageToken);
        },
      };
    },
  ],
  [
    'recurring invoices',
    'allowances',
    (owner) => {
      const { client, make } = recurringOf(service, owner);
      return {
        make: () => make({ invoice: LARGE_ALLOWANCES }),
        list: async (page) => {
          const { recurringInvoices, nextPageToken } = await client.listRecurringInvoices(page);
          return ofIds(recurringInvoices, nextPageToken);
        },
      };
    },
  ],
  [
    'credit notes',
    'lines',
    (owner) => {
      const { client, issue } = creditNotesOf(service, owner);
      return {
        make: async () => issue((await owner.open({ lines: LARGE_LINES })).id),
        list: async (page) => {
          const { creditNotes, nextPageToken } = await client.listCreditNotes(page);
          return ofIds(creditNotes, nextPageToken);
        },
      };
    },
  ],
])('a page of %s ends before it becomes too large, and the next one goes on from there', async (_, large, of) => {
  const { make, list } = of(service.newOwner());
  const made = [];
  for (let count = 0; count < TOO_MANY[large]; count++) made.unshift((await make()).id);
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

test('invoices of one account that are too large for one answer are given to services in several', async () => {
  const owner = service.newOwner();
  const made = [];
  // 7 MB.
  for (let count = 0; count < TOO_MANY.allowances; count++) made.push((await makeLarge(owner)).id);
  const small = await service.newOwner().draft();
  const reminder = service.client(InvoiceService, { kind: 'service', name: 'reminder' });
  const given: string[][] = [];
  for (let invoiceIds = [...made, small.id]; invoiceIds.length > 0; ) {
    const answer = await reminder.batchGetInvoices({ invoiceIds });
    given.push(answer.invoices.map(({ id }) => id));
    invoiceIds = answer.remainingInvoiceIds;
  }
  expect(given.length).toBeGreaterThan(1);
  expect(given.map(({ length }) => length)).not.toContain(0);
  expect(given.flat().toSorted()).toEqual([...made, small.id].toSorted());
  const stats = service.client(InvoiceService, { kind: 'service', name: 'stats' });
  expect((await stats.exportInvoices({ invoiceIds: made })).invoices).toHaveLength(made.length);
});
