import { Code, ConnectError, createRouterTransport, type Transport } from '@connectrpc/connect';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { HEADER } from '../../../runtime/call/call.ts';
import { exported, type Ledger, type LedgerInvoice } from './ledger.ts';

/** Invoices in a page: few, so that there are several pages. */
const PAGE_SIZE = 3;

/** The state of a test's invoice service, and what happens between its answers. */
export interface InvoiceServiceState {
  ledger: Ledger;
  /** Runs after a page was read, before the stats service gets it. */
  afterPage: ((page: readonly LedgerInvoice[]) => Promise<void>) | undefined;
  /** Whether to answer like the previous version, which exports less of an invoice and cannot list by ids. */
  isOld: boolean;
}

/** A transport to an invoice service that answers the stats service from a ledger. */
export function invoiceTransportOf(state: InvoiceServiceState): Transport {
  const present = (): LedgerInvoice[] => {
    const sorted = state.ledger.invoices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return sorted.filter((invoice) => invoice.state !== 'DELETED');
  };
  return createRouterTransport((router) => {
    router.service(InvoiceService, {
      async exportInvoices({ pageToken, invoiceIds }, { requestHeader }) {
        if (requestHeader.get(HEADER.authorization) === null) throw new ConnectError('nobody', Code.Unauthenticated);
        const isWanted = (id: string) => state.isOld || invoiceIds.length === 0 || invoiceIds.includes(id);
        const rest = present().filter(({ id }) => id > pageToken && isWanted(id));
        const page = rest.slice(0, PAGE_SIZE);
        const response = {
          invoices: page.map((invoice) => ({
            ...exported(invoice),
            ...(state.isOld ? { customerId: '', creditedMinor: undefined } : {}),
          })),
          nextPageToken: rest.length > page.length ? (page.at(-1)?.id ?? '') : '',
        };
        await state.afterPage?.(page);
        return response;
      },
    });
  });
}
