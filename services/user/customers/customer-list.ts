import type { ListCustomersRequest } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import type { SearchTerms } from '../../../runtime/database/search-terms.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import type { CustomerRow } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** A page of a list of customers. */
export interface CustomerListPage {
  readonly rows: readonly CustomerRow[];
  /** Token of the next page; empty on the last one. */
  readonly nextPageToken: string;
}

/** Reads a page of the list of the caller's customers that `list` describes by its filters. Throws INVALID_PAGE_TOKEN. */
export async function readCustomerList(
  deps: Deps,
  call: Call,
  list: ListCustomersRequest,
  { pageToken, limit }: { readonly pageToken: string; readonly limit: number },
): Promise<CustomerListPage> {
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = list;
  const { rows, next } = await deps.store.listCustomers({
    ownerId: call.user.userId,
    filters: { terms: termsOf(list), reference: list.reference === '' ? undefined : list.reference },
    cursor: decodePageToken(pageToken, bound, [CURSOR_PART.time, CURSOR_PART.uuid]),
    limit,
  });
  return { rows, nextPageToken: next === undefined ? '' : encodePageToken(next, bound) };
}

function termsOf({ text, tag, metadataKey, metadataValue }: ListCustomersRequest): SearchTerms | undefined {
  if (text === '' && tag.length === 0 && metadataKey === '') return undefined;
  return { text, tags: tag, metadataKey, metadataValue };
}
