import { create } from '@bufbuild/protobuf';
import { WebhookEndpointSchema } from '../../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import {
  CreateWebhookEndpointResponseSchema,
  type WebhookService,
} from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { ENDPOINTS_MAX } from '../store/create-webhook-endpoint.ts';
import { checkWebhookEndpoint } from '../webhook/check-webhook-endpoint.ts';
import { decidedColumns, toWebhookEndpoint } from '../webhook/convert-webhook.ts';
import { byCall, endpointChanged } from '../webhook/webhook-events.ts';
import { secretOf } from '../webhook/webhook-secrets.ts';

/**
 * Adds a webhook endpoint. Only this answer has its secret: a repetition with the same idempotency key gives the same endpoint
 * without it. Throws LIMIT_REACHED and PERMISSION_DENIED.
 */
export const createWebhookEndpoint: Rpc<Deps, typeof WebhookService.method.createWebhookEndpoint> = async (
  deps,
  request,
  call,
) => {
  // Otherwise whoever had an API key would still get all events after the key is deleted.
  requireSession(call, 'add a webhook endpoint');
  const given = request.webhookEndpoint ?? create(WebhookEndpointSchema); // the schema requires it
  checkWebhookEndpoint(deps, given);
  const now = deps.clock.now();
  const row = {
    id: increasingUuid(),
    ownerId: call.user.userId,
    ...decidedColumns(given),
    firstFailureTime: null,
    secretVersion: 1,
    previousSecretExpireTime: null,
    version: 1n,
    createTime: now,
    updateTime: now,
  };
  const webhookEndpoint = toWebhookEndpoint(row);
  const effects = {
    events: [endpointChanged('created', { before: undefined, row, cause: byCall(call), time: now })],
    idempotency: idempotencyValues(call, CreateWebhookEndpointResponseSchema, { webhookEndpoint }, now),
  };
  // Each time that another call is faster, one slot fewer is free.
  const outcome = await compareAndSet(async () => {
    const attempted = await deps.store.createWebhookEndpoint(row, effects);
    return attempted === 'overtaken' ? undefined : attempted;
  }, ENDPOINTS_MAX + 1);
  if (outcome === 'created') return { webhookEndpoint, secret: secretOf(deps.webhookKey, row.id, row.secretVersion) };
  throw new DomainError(
    'state',
    'LIMIT_REACHED',
    `A user can have at most ${ENDPOINTS_MAX} webhook endpoints; delete one first.`,
    { metadata: { limit: String(ENDPOINTS_MAX) } },
  );
};
