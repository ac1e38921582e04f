import { WebhookEndpointSchema } from '../../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import {
  UpdateWebhookEndpointResponseSchema,
  type WebhookService,
} from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { checkWebhookEndpoint } from '../webhook/check-webhook-endpoint.ts';
import { decidedColumns, toWebhookEndpoint } from '../webhook/convert-webhook.ts';
import { findOwnEndpoint } from '../webhook/own-webhook.ts';
import { byCall, endpointChanged } from '../webhook/webhook-events.ts';

/**
 * Changes the named fields of a webhook endpoint of the caller. Throws WEBHOOK_ENDPOINT_NOT_FOUND, ETAG_MISMATCH, and PERMISSION_DENIED
 * for an API key that changes the URL.
 */
export const updateWebhookEndpoint: Rpc<Deps, typeof WebhookService.method.updateWebhookEndpoint> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const id = requireUuid(request.webhookEndpoint?.id ?? '', 'webhook_endpoint.id');
    const row = await findOwnEndpoint(deps, id, call);
    requireVersion(call, row.version);
    const present = toWebhookEndpoint(row);
    const asked = applyUpdateMask(WebhookEndpointSchema, present, request.webhookEndpoint, request.updateMask);
    requireValid(WebhookEndpointSchema, asked, 'webhook_endpoint.');
    checkWebhookEndpoint(deps, asked, row);
    if (asked.url !== row.url) requireSession(call, 'change the URL of a webhook endpoint');
    const now = deps.clock.now();
    const changed = { ...row, ...decidedColumns(asked, row), updateTime: now, version: row.version + 1n };
    if (!hasChanges(row, changed)) {
      const answer = { webhookEndpoint: present };
      return keepAnswer(deps.idempotency, call, { schema: UpdateWebhookEndpointResponseSchema, answer, now });
    }
    // Failures of another URL, or of this one until it was disabled, no longer say anything about the endpoint.
    const forgetsFailures = changed.url !== row.url || changed.disableReason !== row.disableReason;
    const after = forgetsFailures ? { ...changed, firstFailureTime: null } : changed;
    const webhookEndpoint = toWebhookEndpoint(after);
    const isWritten = await deps.store.updateWebhookEndpoint(
      { ...after, forgetsFailures },
      {
        events: [endpointChanged('updated', { before: row, row: after, cause: byCall(call), time: now })],
        idempotency: idempotencyValues(call, UpdateWebhookEndpointResponseSchema, { webhookEndpoint }, now),
      },
    );
    return isWritten ? { webhookEndpoint } : undefined;
  });

type Columns = ReturnType<typeof decidedColumns>;

function hasChanges(before: Columns, after: Columns): boolean {
  return (
    before.url !== after.url ||
    before.description !== after.description ||
    before.disableReason !== after.disableReason ||
    before.eventTypes.join() !== after.eventTypes.join()
  );
}
