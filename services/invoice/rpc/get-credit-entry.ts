import type { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { toCreditEntry } from '../credit/convert-ledger.ts';
import type { Deps } from '../deps.ts';

/** Gives one change of a customer's credit. */
export const getCreditEntry: Rpc<Deps, typeof CustomerLedgerService.method.getCreditEntry> = async (
  deps,
  { customerId, creditEntryId },
  call,
) => {
  const row = await deps.store.getCreditEntry(call.user.userId, customerId, creditEntryId);
  if (row !== undefined) return { creditEntry: toCreditEntry(row) };
  throw new DomainError('missing', 'CREDIT_ENTRY_NOT_FOUND', 'The customer has no change of credit with this id.');
};
