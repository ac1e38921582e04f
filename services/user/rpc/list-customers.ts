import type { CustomerService, ListCustomersRequest } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import type { SearchTerms } from '../../../runtime/database/search-terms.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toCustomer } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Lists the caller's customers, newest first. Throws INVALID_PAGE_TOKEN. */
export const listCustomers: Rpc<Deps, typeof CustomerService.method.listCustomers> = async (deps, request, call) => {
  const { pageSize, pageToken, ...bound } = request;
  const { rows, next } = await deps.store.listCustomers({
    ownerId: call.user.userId,
    filters: { terms: termsOf(request), reference: request.reference === '' ? undefined : request.reference },
    cursor: decodePageToken(pageToken, bound, [CURSOR_PART.time, CURSOR_PART.uuid]),
    limit: pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize,
  });
  return {
    customers: rows.map(toCustomer),
    nextPageToken: next === undefined ? '' : encodePageToken(next, bound),
  };
};

function termsOf({ text, tag, metadataKey, metadataValue }: ListCustomersRequest): SearchTerms | undefined {
  if (text === '' && tag.length === 0 && metadataKey === '') return undefined;
  return { text, tags: tag, metadataKey, metadataValue };
}
