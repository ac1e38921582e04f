import { create } from '@bufbuild/protobuf';
import type { ListLedgerEntriesRequest } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import { type LedgerEntry, LedgerEntrySchema } from '../../../gen/numer/invoice/v1/ledger_entry_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { type PagedRequest, readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { findCustomerNames } from '../invoices/parties.ts';
import { LEDGER_ENTRY_TYPES } from '../store/ledger-schema.ts';
import type { ListedLedgerEntry } from '../store/list-ledger-entries.ts';
import { daysOf } from './days.ts';
import { toEntryFields } from './entry-fields.ts';

/**
 * Reads a page of the list of the caller's ledger entries that `list` describes by its filters. `prefix` is the path of
 * the list within the request, e.g. `filter.`.
 *
 * @throws DomainError INVALID_ARGUMENT naming a date, or INVALID_PAGE_TOKEN.
 */
export async function readLedgerList(
  deps: Deps,
  call: Call,
  { type, fromDate, toDate, currencyCode }: ListLedgerEntriesRequest,
  page: PagedRequest,
  prefix = '',
): Promise<{ readonly ledgerEntries: LedgerEntry[]; readonly nextPageToken: string }> {
  const wanted = LEDGER_ENTRY_TYPES.filter((name) => type.includes(StatementEntry_Type[name]));
  const types = wanted.length === 0 ? LEDGER_ENTRY_TYPES : wanted;
  const days = daysOf({ fromDate, toDate }, prefix);
  const { rows, nextPageToken } = await readPage(page, {
    filters: { types, fromDate, toDate, currencyCode },
    cursorShape: [CURSOR_PART.date, CURSOR_PART.sequence],
    read: (cursor, limit) =>
      deps.store.listLedgerEntries({
        ownerId: call.user.userId,
        types,
        ...days,
        currencyCode: currencyCode || undefined,
        cursor,
        limit,
      }),
    cursorOf: (row) => [row.entryDate, row.sequence],
  });
  // Whoever only paid deposits so far is on no invoice.
  const nameless = rows.filter(({ customerName }) => customerName === null).map(({ customerId }) => customerId);
  const names = await findCustomerNames(deps, call, nameless);
  return { ledgerEntries: rows.map((row) => toLedgerEntry(row, names)), nextPageToken };
}

function toLedgerEntry(row: ListedLedgerEntry, names: ReadonlyMap<string, string>): LedgerEntry {
  const fields = toEntryFields(row);
  return create(LedgerEntrySchema, {
    ...fields,
    id: row.id,
    customerId: row.customerId,
    customerName: row.customerName ?? names.get(row.customerId) ?? '',
    dueMinor: BigInt(row.dueMinor),
    creditMinor: BigInt(row.creditMinor),
    // What came in is what the customer owes less, whether an invoice is paid with it or it becomes credit.
    moneyMinor: row.isMoney ? -fields.amountMinor : 0n,
    invoiceTotalMinor: BigInt(row.invoiceTotalMinor),
    invoiceTaxMinor: BigInt(row.invoiceTaxMinor),
    creditNoteTotalMinor: BigInt(row.creditNoteTotalMinor),
    creditNoteTaxMinor: BigInt(row.creditNoteTaxMinor),
  });
}
