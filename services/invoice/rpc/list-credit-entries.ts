import type { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { toCreditEntry } from '../credit/convert-ledger.ts';
import type { Deps } from '../deps.ts';
import { requireCustomer } from '../invoices/parties.ts';

/** Lists the changes of a customer's credit, newest first. */
export const listCreditEntries: Rpc<Deps, typeof CustomerLedgerService.method.listCreditEntries> = async (
  deps,
  request,
  call,
) => {
  const { customerId, currencyCode } = request;
  const { rows, nextPageToken } = await readPage(request, {
    filters: { customerId, currencyCode },
    cursorShape: [CURSOR_PART.sequence],
    read: (cursor, limit) =>
      deps.store.listCreditEntries({
        ownerId: call.user.userId,
        customerId,
        currencyCode: currencyCode === '' ? undefined : currencyCode,
        beforeSequence: cursor?.[0],
        limit,
      }),
    cursorOf: (row) => [row.sequence.toString()],
  });
  // A customer with entries exists, or existed.
  if (rows.length === 0) await requireCustomer(deps, call, customerId, 'customer_id');
  return { creditEntries: rows.map(toCreditEntry), nextPageToken };
};
