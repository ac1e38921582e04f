import type { MessageShape } from '@bufbuild/protobuf';
import type { InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  ReminderCancelledSchema,
  ReminderDueSchema,
  ReminderScheduledSchema,
} from '../../gen/numer/reminder/v1/reminder_events_pb.ts';
import type { Call } from '../../runtime/call.ts';
import { type EventContext, type OutboxRow, toOutboxRow } from '../../runtime/events/outbox.ts';
import { toReminder } from './convert.ts';
import type { ReminderRow } from './store/schema.ts';

/** Who caused an event, and when. */
export type Cause = Pick<EventContext, 'actor' | 'requestId' | 'traceparent' | 'time'>;

/** The cause of what a user's call does. */
export function causedBy(call: Call, time: Date): Cause {
  return {
    actor: call.user.actor,
    requestId: call.requestId,
    traceparent: call.traceparent === '' ? undefined : call.traceparent,
    time,
  };
}

/** The cause of what this service does by itself. `requestId` names what made it act, e.g. an event. */
export function causedByItself(requestId: string, time: Date): Cause {
  return { actor: 'service:reminder', requestId, traceparent: undefined, time };
}

/** A user added the reminder. */
export function reminderScheduled(row: ReminderRow, cause: Cause): OutboxRow {
  return toOutboxRow(ReminderScheduledSchema, { reminder: toReminder(row) }, contextOf(row, cause));
}

/** The reminder is to be mailed. `invoice` is as it was just before. */
export function reminderDue(row: ReminderRow, invoice: MessageShape<typeof InvoiceSchema>, cause: Cause): OutboxRow {
  return toOutboxRow(ReminderDueSchema, { reminder: toReminder(row), invoice }, contextOf(row, cause));
}

/** The reminder was cancelled; the row says why. */
export function reminderCancelled(row: ReminderRow, cause: Cause): OutboxRow {
  return toOutboxRow(ReminderCancelledSchema, { reminder: toReminder(row) }, contextOf(row, cause));
}

function contextOf(row: ReminderRow, cause: Cause): EventContext {
  return { ...cause, source: 'reminder', version: row.version, ownerId: row.ownerId };
}
