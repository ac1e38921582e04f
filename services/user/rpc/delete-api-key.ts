import { type ApiKeyService, DeleteApiKeyResponseSchema } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { apiKeyDeleted, occasionOf } from '../events.ts';

/** Deletes an API key of the caller. Throws API_KEY_NOT_FOUND. */
export const deleteApiKey: Rpc<Deps, typeof ApiKeyService.method.deleteApiKey> = async (deps, request, call) => {
  const key = { id: request.apiKeyId.toLowerCase(), ownerId: call.user.userId };
  const now = deps.clock.now();
  const isDeleted = await deps.store.deleteApiKey(key, {
    events: [apiKeyDeleted(key.id, occasionOf(call, now))],
    idempotency: idempotencyValues(call, DeleteApiKeyResponseSchema, {}, now),
  });
  if (isDeleted) return {};
  throw new DomainError('missing', 'API_KEY_NOT_FOUND', 'There is no such API key.');
};
