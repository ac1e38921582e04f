import { Notification_State } from '../../../gen/numer/notification/v1/notification_pb.ts';
import type { NotificationService } from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { toNotification } from '../convert.ts';
import type { Deps } from '../deps.ts';
import type { State } from '../store/schema.ts';

const STATES: ReadonlyMap<Notification_State, State> = new Map([
  [Notification_State.QUEUED, 'QUEUED'],
  [Notification_State.SENT, 'SENT'],
  [Notification_State.FAILED, 'FAILED'],
  [Notification_State.BOUNCED, 'BOUNCED'],
]);

/** Lists the notifications of the caller, newest first. Throws INVALID_PAGE_TOKEN. */
export const listNotifications: Rpc<Deps, typeof NotificationService.method.listNotifications> = async (
  deps,
  request,
  call,
) => {
  const filters = {
    ownerId: call.user.userId,
    // Ids are compared as Postgres prints them, in lower case.
    invoiceId: request.invoiceId === '' ? undefined : request.invoiceId.toLowerCase(),
    quoteId: request.quoteId === '' ? undefined : request.quoteId.toLowerCase(),
    state: STATES.get(request.state),
  };
  const { rows, nextPageToken } = await readPage(request, {
    filters,
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listNotifications({ ...filters, cursor, limit }),
    cursorOf: (row) => [row.createTimeText, row.id],
  });
  return { notifications: rows.map(toNotification), nextPageToken };
};
