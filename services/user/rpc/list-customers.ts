import type { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { pageSizeOf } from '../../../runtime/paging/read-page.ts';
import { toCustomer } from '../convert.ts';
import { readCustomerList } from '../customers/customer-list.ts';
import type { Deps } from '../deps.ts';

/** Lists the caller's customers, newest first. Throws INVALID_PAGE_TOKEN. */
export const listCustomers: Rpc<Deps, typeof CustomerService.method.listCustomers> = async (deps, request, call) => {
  const page = { pageToken: request.pageToken, limit: pageSizeOf(request) };
  const { rows, nextPageToken } = await readCustomerList(deps, call, request, page);
  return { customers: rows.map(toCustomer), nextPageToken };
};
