import { Reminder_State } from '../../../gen/numer/reminder/v1/reminder_pb.ts';
import type { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { toReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import type { ReminderRow, ReminderState } from '../store/schema.ts';

const STATES: Readonly<Record<Reminder_State, ReminderState | undefined>> = {
  [Reminder_State.STATE_UNSPECIFIED]: undefined,
  [Reminder_State.SCHEDULED]: 'SCHEDULED',
  [Reminder_State.SENT]: 'SENT',
  [Reminder_State.CANCELLED]: 'CANCELLED',
};

/** Lists the caller's reminders, soonest first. */
export const listReminders: Rpc<Deps, typeof ReminderService.method.listReminders> = async (deps, request, call) => {
  const ownerId = call.user.userId;
  const { invoiceId, state } = request;
  const { rows, nextPageToken } = await readPage(request, {
    filters: { ownerId, invoiceId, state },
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) =>
      deps.store.listReminders({ ownerId, invoiceId: invoiceId || undefined, state: STATES[state], cursor, limit }),
    cursorOf,
  });
  return { reminders: rows.map(toReminder), nextPageToken };
};

/** The column has milliseconds, so a Date loses nothing. */
function cursorOf({ remindTime, id }: ReminderRow): PageCursor {
  return [remindTime.toISOString().replace('T', ' ').replace('Z', '+00'), id];
}
