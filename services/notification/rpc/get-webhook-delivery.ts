import type { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { toWholeWebhookDelivery } from '../webhook/convert-webhook.ts';
import { findOwnDelivery } from '../webhook/own-webhook.ts';

/** Gives one delivery to a webhook endpoint of the caller. Throws WEBHOOK_DELIVERY_NOT_FOUND. */
export const getWebhookDelivery: Rpc<Deps, typeof WebhookService.method.getWebhookDelivery> = async (
  deps,
  request,
  call,
) => ({ webhookDelivery: toWholeWebhookDelivery(await findOwnDelivery(deps, request, call)) });
