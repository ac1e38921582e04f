import type { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import { pageSizeOf } from '../../../runtime/paging/read-page.ts';
import { getOwnAccounts } from '../credit/customer-credit.ts';
import { toStatement } from '../credit/customer-statement.ts';
import { daysOf } from '../credit/days.ts';
import type { Deps } from '../deps.ts';

/** Gives every document and payment of a customer, oldest first, with a running balance for each currency. */
export const getCustomerStatement: Rpc<Deps, typeof CustomerLedgerService.method.getCustomerStatement> = async (
  deps,
  { customerId, currencyCode, fromDate, toDate, pageSize, pageToken },
  call,
) => {
  const filters = { customerId, currencyCode, fromDate, toDate };
  const limit = pageSizeOf({ pageSize });
  const { opening, entries } = await deps.store.readStatement({
    ownerId: call.user.userId,
    customerId,
    currencyCode: currencyCode === '' ? undefined : currencyCode,
    ...daysOf({ fromDate, toDate }),
    cursor: decodePageToken(pageToken, filters, [CURSOR_PART.date, CURSOR_PART.sequence]),
    limit: limit + 1,
  });
  // A customer with entries exists, or existed.
  if (entries.length === 0) await getOwnAccounts(deps, call, customerId);
  const page = entries.slice(0, limit);
  const last = entries.length > limit ? page.at(-1) : undefined;
  return {
    ...toStatement(opening, page),
    nextPageToken: last === undefined ? '' : encodePageToken([last.entryDate, last.sequence], filters),
  };
};
