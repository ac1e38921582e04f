import type { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toCustomer } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { readPage } from '../page.ts';

/** Lists the caller's customers, newest first. Throws INVALID_PAGE_TOKEN. */
export const listCustomers: Rpc<Deps, typeof CustomerService.method.listCustomers> = async (deps, request, call) => {
  const { rows, nextPageToken } = await readPage('customers', request, call, deps.store.listCustomers);
  return { customers: rows.map(toCustomer), nextPageToken };
};
