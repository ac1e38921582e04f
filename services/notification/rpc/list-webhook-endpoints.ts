import type { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { toWebhookEndpoint } from '../webhook/convert-webhook.ts';

/** Lists the webhook endpoints of the caller, newest first. Throws INVALID_PAGE_TOKEN. */
export const listWebhookEndpoints: Rpc<Deps, typeof WebhookService.method.listWebhookEndpoints> = async (
  deps,
  request,
  call,
) => {
  const ownerId = call.user.userId;
  const { rows, nextPageToken } = await readPage(request, {
    filters: { ownerId },
    cursorShape: [CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listWebhookEndpoints({ ownerId, afterId: cursor?.[0], limit }),
    cursorOf: ({ id }) => [id],
  });
  return { webhookEndpoints: rows.map(toWebhookEndpoint), nextPageToken };
};
