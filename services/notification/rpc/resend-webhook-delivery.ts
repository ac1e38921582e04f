import {
  ResendWebhookDeliveryResponseSchema,
  type WebhookService,
} from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { toWebhookDelivery } from '../webhook/convert-webhook.ts';
import { endpointDisabled, findOwnDelivery } from '../webhook/own-webhook.ts';

/** Makes a delivery of the caller due once more. Throws WEBHOOK_DELIVERY_NOT_FOUND and WEBHOOK_ENDPOINT_DISABLED. */
export const resendWebhookDelivery: Rpc<Deps, typeof WebhookService.method.resendWebhookDelivery> = async (
  deps,
  request,
  call,
) => {
  const row = await findOwnDelivery(deps, request, call);
  const now = deps.clock.now();
  const webhookDelivery = toWebhookDelivery({ ...row, state: 'QUEUED', nextAttemptTime: now });
  const isQueued = await deps.store.resendWebhook(
    { ownerId: call.user.userId, endpointId: row.endpointId, id: row.id, now: now.toISOString() },
    {
      events: [],
      idempotency: idempotencyValues(call, ResendWebhookDeliveryResponseSchema, { webhookDelivery }, now),
    },
  );
  if (isQueued) return { webhookDelivery };
  await findOwnDelivery(deps, request, call);
  throw endpointDisabled();
};
