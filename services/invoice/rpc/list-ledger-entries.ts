import type { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { readLedgerList } from '../credit/ledger-list.ts';
import type { Deps } from '../deps.ts';

/** Lists the documents and payments of all customers of the caller, newest first. */
export const listLedgerEntries: Rpc<Deps, typeof CustomerLedgerService.method.listLedgerEntries> = (
  deps,
  request,
  call,
) => readLedgerList(deps, call, request, request);
