import type { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toCreditEntry } from '../convert-ledger.ts';
import type { Deps } from '../deps.ts';
import { requireCustomer } from '../parties.ts';

const SEQUENCE = /^[0-9]{1,18}$/;

/** Lists the changes of a customer's credit, newest first. */
export const listCreditEntries: Rpc<Deps, typeof CustomerLedgerService.method.listCreditEntries> = async (
  deps,
  { customerId, currencyCode, pageSize, pageToken },
  call,
) => {
  const filters = { customerId, currencyCode };
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const rows = await deps.store.listCreditEntries({
    ownerId: call.user.userId,
    customerId,
    currencyCode: currencyCode === '' ? undefined : currencyCode,
    beforeSequence: decodePageToken(pageToken, filters, [SEQUENCE])?.[0],
    limit: limit + 1,
  });
  // Whoever has entries is, or was, a customer.
  if (rows.length === 0) await requireCustomer(deps, call, customerId, 'customer_id');
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    creditEntries: page.map(toCreditEntry),
    nextPageToken: last === undefined ? '' : encodePageToken([last.sequence.toString()], filters),
  };
};
