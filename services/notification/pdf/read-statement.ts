import type { GetCustomerStatementPdfRequest } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { toStatementFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { addsUp, type StatementFacts } from '../domain/statement-facts.ts';

/** How many entries a statement in print has at most, which are some hundred pages. */
const ENTRIES_MAX = 2_000;

/** The largest page that the invoice service gives. */
const PAGE_SIZE = 100;

type Account = Pick<StatementFacts, 'openingBalances' | 'entries' | 'closingBalances'>;

/**
 * The whole statement of a customer, which comes in pages. When others change the account before the last page comes, it is read
 * again.
 *
 * @throws DomainError DOCUMENT_TOO_LONG, and CONFLICT when others change it each time
 */
export function readStatement(deps: Deps, call: Call, request: GetCustomerStatementPdfRequest): Promise<Account> {
  return compareAndSet(async () => {
    const account = await readPages(deps, call, request);
    return addsUp(account) ? account : undefined;
  });
}

async function readPages(
  { ledger }: Deps,
  call: Call,
  { customerId, fromDate, toDate, currencyCode }: GetCustomerStatementPdfRequest,
): Promise<Account> {
  const wanted = { customerId, fromDate, toDate, currencyCode, pageSize: PAGE_SIZE };
  const first = await ledger.getCustomerStatement(wanted, call.forward());
  const entries = [...first.entries];
  let last = first;
  while (last.nextPageToken !== '') {
    if (entries.length >= ENTRIES_MAX) throw tooLong();
    last = await ledger.getCustomerStatement({ ...wanted, pageToken: last.nextPageToken }, call.forward());
    entries.push(...last.entries);
  }
  const { openingBalances } = first;
  return toStatementFacts({ openingBalances, entries, closingBalances: last.closingBalances });
}

function tooLong(): DomainError {
  return new DomainError(
    'state',
    'DOCUMENT_TOO_LONG',
    `The statement has more than ${ENTRIES_MAX} entries; request a shorter period.`,
  );
}
