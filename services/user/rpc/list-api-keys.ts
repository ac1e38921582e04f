import type { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { toApiKey } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Lists the caller's API keys, newest first, without their secrets. Throws INVALID_PAGE_TOKEN. */
export const listApiKeys: Rpc<Deps, typeof ApiKeyService.method.listApiKeys> = async (deps, request, call) => {
  const { rows, nextPageToken } = await readPage(request, {
    filters: { list: 'api-keys' },
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listApiKeys({ ownerId: call.user.userId, cursor, limit }),
    cursorOf: (row) => [row.position, row.id],
  });
  return { apiKeys: rows.map(toApiKey), nextPageToken };
};
