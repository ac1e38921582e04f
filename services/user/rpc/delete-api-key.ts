import type { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { DomainError } from '../../../runtime/errors.ts';
import type { Deps } from '../deps.ts';
import { apiKeyDeleted, occasionOf } from '../events.ts';

/** Deletes an API key of the caller. Throws API_KEY_NOT_FOUND. */
export const deleteApiKey: Rpc<Deps, typeof ApiKeyService.method.deleteApiKey> = async (deps, request, call) => {
  const key = { id: request.apiKeyId.toLowerCase(), ownerId: call.user.userId };
  const event = apiKeyDeleted(key.id, occasionOf(call, deps.clock.now()));
  if (await deps.store.deleteApiKey(key, event)) return {};
  throw new DomainError('missing', 'API_KEY_NOT_FOUND', 'There is no such API key.');
};
