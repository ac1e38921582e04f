import {
  TestWebhookEndpointResponseSchema,
  type WebhookService,
} from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { toWebhookDelivery } from '../webhook/convert-webhook.ts';
import { endpointDisabled, findOwnEndpoint } from '../webhook/own-webhook.ts';
import { TEST_TYPE, testPayload } from '../webhook/webhook-payload.ts';

/** Queues a test event for a webhook endpoint of the caller. Throws WEBHOOK_ENDPOINT_NOT_FOUND and WEBHOOK_ENDPOINT_DISABLED. */
export const testWebhookEndpoint: Rpc<Deps, typeof WebhookService.method.testWebhookEndpoint> = async (
  deps,
  request,
  call,
) => {
  const now = deps.clock.now();
  const [id, endpointId] = [increasingUuid(), request.webhookEndpointId.toLowerCase()];
  const queued = { endpointId, id, eventType: TEST_TYPE, createTime: now };
  const webhookDelivery = toWebhookDelivery({
    ...queued,
    state: 'QUEUED',
    attemptCount: 0,
    lastAttempt: null,
    nextAttemptTime: now,
    deliverTime: null,
  });
  const isQueued = await deps.store.queueTestWebhook(
    { ...queued, ownerId: call.user.userId, payload: testPayload(id, endpointId, now) },
    {
      events: [],
      idempotency: idempotencyValues(call, TestWebhookEndpointResponseSchema, { webhookDelivery }, now),
    },
  );
  if (isQueued) return { webhookDelivery };
  await findOwnEndpoint(deps, endpointId, call);
  throw endpointDisabled();
};
