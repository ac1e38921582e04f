import { ChainEntrySchema } from '../../../gen/numer/activity/v1/activity_chain_pb.ts';
import type { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import { pageWithin } from '../../../runtime/paging/page-within.ts';
import { pageSizeOf } from '../../../runtime/paging/read-page.ts';
import { toChainEntry } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Lists the entries of the caller's chain in order, with the content from which their hashes are computed. */
export const listActivityChain: Rpc<Deps, typeof ActivityService.method.listActivityChain> = async (
  { store },
  request,
  call,
) => {
  const ownerId = call.user.userId;
  const filters = { ownerId, list: 'chain' };
  const [after = '0'] = decodePageToken(request.pageToken, filters, [CURSOR_PART.sequence]) ?? [];
  const { lastSequence } = await store.findHead({ ownerId, counted: false });
  const page = { ownerId, after: BigInt(after), upTo: lastSequence, limit: pageSizeOf(request) };
  const rows = await store.listChain(page);
  const entries = pageWithin(rows, ChainEntrySchema, toChainEntry);
  const last = entries.at(-1);
  return {
    entries,
    nextPageToken:
      last === undefined || last.sequence >= lastSequence ? '' : encodePageToken([last.sequence.toString()], filters),
  };
};
