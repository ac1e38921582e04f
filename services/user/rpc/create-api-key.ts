import { type ApiKeyService, CreateApiKeyResponseSchema } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';

import { toApiKey } from '../convert.ts';
import { createApiKeySecret } from '../credentials/api-keys.ts';
import type { Deps } from '../deps.ts';
import { apiKeyCreated, occasionOf } from '../events.ts';
import { accountGone } from '../store/account-gone.ts';

/** Most keys of a user. */
const API_KEYS_MAX = 100;

/**
 * Makes an API key. Its secret is in this answer only. A repetition under the same idempotency key gives the same key
 * without its secret, which is not stored. A user who lost the secret deletes the key and makes another.
 *
 * Throws LIMIT_REACHED, and PERMISSION_DENIED for an API key.
 */
export const createApiKey: Rpc<Deps, typeof ApiKeyService.method.createApiKey> = async (deps, request, call) => {
  requireSession(call, 'create another API key');
  const { name = '', readOnly = false } = request.apiKey ?? {}; // the schema requires it
  const { secret, prefix, digest } = createApiKeySecret();
  const now = deps.clock.now();
  const ownerId = call.user.userId;
  const row = { id: increasingUuid(), name, readOnly, prefix, createTime: now };
  const apiKey = toApiKey(row);
  const isCreated = await deps.store.createApiKey(
    { ...row, ownerId, digest, keysMax: API_KEYS_MAX },
    {
      events: [apiKeyCreated(apiKey, occasionOf(call, now))],
      idempotency: idempotencyValues(call, CreateApiKeyResponseSchema, { apiKey }, now),
    },
  );
  if (isCreated) return { apiKey, secret };
  if ((await deps.store.findUser(ownerId)) === undefined) throw accountGone();
  throw new DomainError(
    'state',
    'LIMIT_REACHED',
    `A user can have at most ${API_KEYS_MAX} API keys; delete one first.`,
    {
      metadata: { limit: String(API_KEYS_MAX) },
    },
  );
};
