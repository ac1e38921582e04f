import { create } from '@bufbuild/protobuf';
import type { CustomerBulkService } from '../../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { ListCustomersRequestSchema } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CSV_CONTENT_TYPE } from '../../../runtime/csv/write-csv.ts';
import { toCustomer } from '../convert.ts';
import { readCustomerList } from '../customers/customer-list.ts';
import { CUSTOMER_TABLE_HEADER, customerTableRow } from '../customers/customer-table.ts';
import type { Deps } from '../deps.ts';
import { accountGone } from '../store/account-gone.ts';

/** Customers in a part: with notes and metadata one can be 30 KB large, and a part must fit into a message. */
const CUSTOMERS_MAX = 100;

/** Gives a part of a CSV file of customers. Throws INVALID_PAGE_TOKEN, and UNAUTHENTICATED when the account is gone. */
export const downloadCustomers: Rpc<Deps, typeof CustomerBulkService.method.downloadCustomers> = async (
  deps,
  { filter = create(ListCustomersRequestSchema), pageToken },
  call,
) => {
  const { rows, nextPageToken } = await readCustomerList(deps, call, filter, { pageToken, limit: CUSTOMERS_MAX });
  // When the account is deleted, its customers are out of reach: a file that has begun must not end as if it were
  // complete.
  if (rows.length === 0 && (await deps.store.findUser(call.user.userId)) === undefined) throw accountGone();
  const written = rows.map((row) => customerTableRow(toCustomer(row)));
  if (pageToken === '') written.unshift(CUSTOMER_TABLE_HEADER);
  return {
    file: { contentType: CSV_CONTENT_TYPE, data: Buffer.from(written.join('')) },
    nextPageToken,
    fileName: 'customers.csv',
  };
};
