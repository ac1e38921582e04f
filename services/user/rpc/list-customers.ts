import type { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toCustomer } from '../convert.ts';
import { readCustomerList } from '../customer-list.ts';
import type { Deps } from '../deps.ts';

/** Lists the caller's customers, newest first. Throws INVALID_PAGE_TOKEN. */
export const listCustomers: Rpc<Deps, typeof CustomerService.method.listCustomers> = async (deps, request, call) => {
  const { pageSize, pageToken } = request;
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const { rows, nextPageToken } = await readCustomerList(deps, call, request, { pageToken, limit });
  return { customers: rows.map(toCustomer), nextPageToken };
};
