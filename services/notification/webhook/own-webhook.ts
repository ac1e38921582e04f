import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import type { WholeDelivery } from '../store/list-webhook-deliveries.ts';
import type { EndpointRow } from '../store/webhook-schema.ts';

/**
 * The caller's webhook endpoint with this id.
 *
 * @throws DomainError WEBHOOK_ENDPOINT_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function findOwnEndpoint({ store }: Deps, id: string, call: Call): Promise<EndpointRow> {
  const row = await store.findWebhookEndpoint({ id, ownerId: call.user.userId });
  if (row === undefined) {
    throw new DomainError('missing', 'WEBHOOK_ENDPOINT_NOT_FOUND', 'There is no such webhook endpoint.');
  }
  return row;
}

/**
 * The caller's delivery with this id.
 *
 * @throws DomainError WEBHOOK_DELIVERY_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function findOwnDelivery(
  deps: Deps,
  { webhookEndpointId, webhookDeliveryId }: { readonly webhookEndpointId: string; readonly webhookDeliveryId: string },
  call: Call,
): Promise<WholeDelivery> {
  const key = { ownerId: call.user.userId, endpointId: webhookEndpointId, id: webhookDeliveryId };
  const row = await deps.store.findWebhookDelivery(key);
  if (row === undefined) {
    throw new DomainError('missing', 'WEBHOOK_DELIVERY_NOT_FOUND', 'There is no such delivery.');
  }
  return row;
}

/** The refusal to post to an endpoint that is disabled. */
export function endpointDisabled(): DomainError {
  return new DomainError(
    'state',
    'WEBHOOK_ENDPOINT_DISABLED',
    'The webhook endpoint is disabled, so nothing is posted to it; enable it first.',
  );
}
