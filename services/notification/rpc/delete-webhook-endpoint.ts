import {
  DeleteWebhookEndpointResponseSchema,
  type WebhookService,
} from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { findOwnEndpoint } from '../webhook/own-webhook.ts';
import { byCall, endpointChanged } from '../webhook/webhook-events.ts';

/** Deletes a webhook endpoint of the caller. Throws WEBHOOK_ENDPOINT_NOT_FOUND and ETAG_MISMATCH. */
export const deleteWebhookEndpoint: Rpc<Deps, typeof WebhookService.method.deleteWebhookEndpoint> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const row = await findOwnEndpoint(deps, request.webhookEndpointId, call);
    requireVersion(call, row.version);
    const now = deps.clock.now();
    const last = { ...row, updateTime: now, version: row.version + 1n };
    const isDeleted = await deps.store.deleteWebhookEndpoint(last, {
      events: [endpointChanged('deleted', { before: row, row: last, cause: byCall(call), time: now })],
      idempotency: idempotencyValues(call, DeleteWebhookEndpointResponseSchema, {}, now),
    });
    return isDeleted ? {} : undefined;
  });
