import { WebhookDelivery_State } from '../../../gen/numer/notification/v1/webhook_delivery_pb.ts';
import type { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import type { DeliveryState } from '../store/webhook-schema.ts';
import { toWebhookDelivery } from '../webhook/convert-webhook.ts';
import { findOwnEndpoint } from '../webhook/own-webhook.ts';

const STATES: ReadonlyMap<WebhookDelivery_State, DeliveryState> = new Map([
  [WebhookDelivery_State.QUEUED, 'QUEUED'],
  [WebhookDelivery_State.DELIVERED, 'DELIVERED'],
  [WebhookDelivery_State.FAILED, 'FAILED'],
]);

/**
 * Lists the deliveries to a webhook endpoint of the caller, those of the newest events first. Throws WEBHOOK_ENDPOINT_NOT_FOUND and
 * INVALID_PAGE_TOKEN.
 */
export const listWebhookDeliveries: Rpc<Deps, typeof WebhookService.method.listWebhookDeliveries> = async (
  deps,
  request,
  call,
) => {
  const filters = {
    ownerId: call.user.userId,
    // Ids are compared as Postgres prints them, in lower case.
    endpointId: request.webhookEndpointId.toLowerCase(),
    state: STATES.get(request.state),
    eventType: request.eventType === '' ? undefined : request.eventType,
  };
  const { rows, nextPageToken } = await readPage(request, {
    filters,
    cursorShape: [CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listWebhookDeliveries({ ...filters, afterId: cursor?.[0], limit }),
    cursorOf: ({ id }) => [id],
  });
  if (rows.length === 0) await findOwnEndpoint(deps, filters.endpointId, call);
  return { webhookDeliveries: rows.map(toWebhookDelivery), nextPageToken };
};
