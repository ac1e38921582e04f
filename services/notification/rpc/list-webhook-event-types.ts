import type { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { OPEN_EVENT_TYPES } from '../open-events.ts';

/** Lists the types of events that webhooks can get, by name. Throws INVALID_PAGE_TOKEN. */
export const listWebhookEventTypes: Rpc<Deps, typeof WebhookService.method.listWebhookEventTypes> = async (
  _deps,
  request,
) => {
  const { rows, nextPageToken } = await readPage(request, {
    filters: 'event types',
    cursorShape: [/^[a-z.-]{1,100}$/],
    read: async ([after] = ['']) => OPEN_EVENT_TYPES.filter(({ name }) => name > (after ?? '')),
    cursorOf: ({ name }) => [name],
  });
  return { eventTypes: [...rows], nextPageToken };
};
