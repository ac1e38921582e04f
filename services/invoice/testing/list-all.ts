import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ListInvoicesRequestSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Owner } from './start-invoice-service.ts';

/** A request of ListInvoices. */
export type Query = MessageInitShape<typeof ListInvoicesRequestSchema>;

/** All pages of a list. */
export async function listAll(
  owner: Owner,
  query: Query,
  onPage: () => Promise<unknown> = async () => {},
): Promise<Invoice[]> {
  const found: Invoice[] = [];
  let pageToken = '';
  do {
    const page = await owner.invoices.listInvoices({ ...query, pageToken });
    found.push(...page.invoices);
    pageToken = page.nextPageToken;
    await onPage();
  } while (pageToken !== '');
  return found;
}

/** Their ids. */
export function idsOf(invoices: readonly Invoice[]): string[] {
  return invoices.map(({ id }) => id);
}
