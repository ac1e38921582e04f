import type { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { toWebhookEndpoint } from '../webhook/convert-webhook.ts';
import { findOwnEndpoint } from '../webhook/own-webhook.ts';

/** Gives one webhook endpoint of the caller. Throws WEBHOOK_ENDPOINT_NOT_FOUND. */
export const getWebhookEndpoint: Rpc<Deps, typeof WebhookService.method.getWebhookEndpoint> = async (
  deps,
  request,
  call,
) => ({ webhookEndpoint: toWebhookEndpoint(await findOwnEndpoint(deps, request.webhookEndpointId, call)) });
