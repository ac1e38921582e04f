import type { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toCustomerBalance } from '../credit/convert-ledger.ts';
import { getOwnAccounts } from '../credit/customer-credit.ts';
import type { Deps } from '../deps.ts';

/** Gives what a customer owes and has in credit, by currency. */
export const getCustomerBalances: Rpc<Deps, typeof CustomerLedgerService.method.getCustomerBalances> = async (
  deps,
  { customerId },
  call,
) => ({ balances: (await getOwnAccounts(deps, call, customerId)).map(toCustomerBalance) });
