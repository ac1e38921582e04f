import type { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toApiKey } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { readPage } from '../page.ts';

/** Lists the caller's API keys, newest first, without their secrets. Throws INVALID_PAGE_TOKEN. */
export const listApiKeys: Rpc<Deps, typeof ApiKeyService.method.listApiKeys> = async (deps, request, call) => {
  const { rows, nextPageToken } = await readPage('api-keys', request, call, deps.store.listApiKeys);
  return { apiKeys: rows.map(toApiKey), nextPageToken };
};
