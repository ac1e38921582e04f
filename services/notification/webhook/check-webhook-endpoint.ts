import type { WebhookEndpoint } from '../../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import { requireNoViolations } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import { OPEN_TOPICS } from '../open-events.ts';
import { findUrlFault } from './webhook-url.ts';

/**
 * Refuses an endpoint that the contract allows but that events cannot be posted to. An endpoint is not refused because of a URL
 * that it already had: the URL may no longer be allowed here, but it must still be possible to disable the endpoint.
 *
 * @throws DomainError INVALID_ARGUMENT naming the URL, or the types of events that webhooks cannot get
 */
export function checkWebhookEndpoint(
  { webhookTargets }: Pick<Deps, 'webhookTargets'>,
  { url, eventTypes }: Pick<WebhookEndpoint, 'url' | 'eventTypes'>,
  before?: Pick<WebhookEndpoint, 'url'>,
): void {
  const urlFault = url === before?.url ? undefined : findUrlFault(url, webhookTargets);
  requireNoViolations([
    ...(urlFault === undefined ? [] : [{ field: 'webhook_endpoint.url', description: `must ${urlFault}` }]),
    ...eventTypes.flatMap((type, index) =>
      OPEN_TOPICS.has(type)
        ? []
        : [
            {
              field: `webhook_endpoint.event_types[${index}]`,
              description: `must be an event type that webhooks can get, but is ${JSON.stringify(type)}`,
            },
          ],
    ),
  ]);
}
