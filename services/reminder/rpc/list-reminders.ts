import { Reminder_State } from '../../../gen/numer/reminder/v1/reminder_pb.ts';
import type { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import type { ReminderRow, ReminderState } from '../store/schema.ts';

const STATES: Readonly<Record<Reminder_State, ReminderState | undefined>> = {
  [Reminder_State.STATE_UNSPECIFIED]: undefined,
  [Reminder_State.SCHEDULED]: 'SCHEDULED',
  [Reminder_State.SENT]: 'SENT',
  [Reminder_State.CANCELLED]: 'CANCELLED',
};

/** Lists the caller's reminders, the ones due first first. */
export const listReminders: Rpc<Deps, typeof ReminderService.method.listReminders> = async (deps, request, call) => {
  const ownerId = call.user.userId;
  const filters = { ownerId, invoiceId: request.invoiceId, state: request.state };
  const [remindTime, id] = decodePageToken(request.pageToken, filters, [CURSOR_PART.time, CURSOR_PART.uuid]) ?? [];
  const size = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const rows = await deps.store.listReminders({
    ownerId,
    invoiceId: request.invoiceId === '' ? undefined : request.invoiceId,
    state: STATES[request.state],
    after: remindTime === undefined || id === undefined ? undefined : { remindTime, id },
    limit: size + 1,
  });
  const last = rows.length > size ? rows[size - 1] : undefined;
  return {
    reminders: rows.slice(0, size).map(toReminder),
    nextPageToken: last === undefined ? '' : encodePageToken(cursorOf(last), filters),
  };
};

/** The column has milliseconds, so a Date holds it whole. */
function cursorOf({ remindTime, id }: ReminderRow): readonly [string, string] {
  return [remindTime.toISOString().replace('T', ' ').replace('Z', '+00'), id];
}
