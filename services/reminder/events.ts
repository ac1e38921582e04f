import { create, type MessageShape, toJson } from '@bufbuild/protobuf';
import type { InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  ReminderCancelledSchema,
  ReminderDueSchema,
  ReminderScheduledSchema,
  RemindersPausedSchema,
  RemindersResumedSchema,
} from '../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { ReminderSchema } from '../../gen/numer/reminder/v1/reminder_pb.ts';
import { ReminderSettingsUpdatedSchema } from '../../gen/numer/reminder/v1/reminder_settings_events_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { type AuditedFields, diffFields, type FieldChange } from '../../runtime/diff-fields.ts';
import { type EventContext, type OutboxRow, requestOf, toOutboxRow } from '../../runtime/events/outbox.ts';
import { toReminder } from './convert.ts';
import type { SavedSettings } from './store/reminder-settings.ts';
import type { InvoiceRow, ReminderRow } from './store/schema.ts';

/** Who caused an event, and when. */
export type Cause = Pick<EventContext, 'actor' | 'requestId' | 'callerAddress' | 'traceparent' | 'time'>;

/** The cause of a change by a user's call. */
export function causedBy(call: Call, time: Date): Cause {
  return { actor: call.user.actor, ...requestOf(call), time };
}

/**
 * The cause of a change by this service itself. `requestId` names the run, or the request behind it, whose trace may be
 * given.
 */
export function causedByItself(requestId: string, time: Date, traceparent?: string): Cause {
  return { actor: 'service:reminder', requestId, callerAddress: undefined, traceparent, time };
}

/** A user added the reminder. */
export function reminderScheduled(row: ReminderRow, cause: Cause): OutboxRow {
  const changes = diffFields({}, auditedOf(row));
  return toOutboxRow(ReminderScheduledSchema, { reminder: toReminder(row), changes }, contextOf(row, cause));
}

/** The reminder is to be mailed. `invoice` is as it was read just before. Its days are those of `timeZone`. */
export function reminderDue(
  row: ReminderRow,
  { invoice, timeZone }: { readonly invoice: MessageShape<typeof InvoiceSchema>; readonly timeZone: string },
  cause: Cause,
): OutboxRow {
  const message = { reminder: toReminder(row), invoice, timeZone, changes: changesOfSettling(row) };
  return toOutboxRow(ReminderDueSchema, message, contextOf(row, cause));
}

/** The reminder was cancelled; the row says why. */
export function reminderCancelled(row: ReminderRow, cause: Cause): OutboxRow {
  const message = { reminder: toReminder(row), changes: changesOfSettling(row) };
  return toOutboxRow(ReminderCancelledSchema, message, contextOf(row, cause));
}

/** A user began or ended a pause; the row says which. */
export function pauseChanged({ invoiceId, ownerId, paused, planVersion }: InvoiceRow, cause: Cause): OutboxRow {
  const schema = paused ? RemindersPausedSchema : RemindersResumedSchema;
  const context = { ...cause, source: 'reminder', version: planVersion, ownerId };
  const changes = [{ field: 'paused', oldValue: String(!paused), newValue: String(paused) }];
  return toOutboxRow(schema, { plan: { invoiceId, paused }, changes }, context);
}

/** A user changed the settings, which are given as they are now. */
export function settingsUpdated(
  { ownerId, version }: SavedSettings,
  changes: readonly FieldChange[],
  cause: Cause,
): OutboxRow {
  const context = { ...cause, source: 'reminder', version, ownerId };
  return toOutboxRow(ReminderSettingsUpdatedSchema, { userId: ownerId, changes: [...changes] }, context);
}

/** The changes of a reminder that was scheduled until then. */
function changesOfSettling(row: ReminderRow): FieldChange[] {
  return diffFields(auditedOf({ ...row, state: 'SCHEDULED', cancelReason: null }), auditedOf(row));
}

/** The fields of a reminder that the audit trail records, as in its JSON. */
function auditedOf(row: ReminderRow): AuditedFields {
  const reminder = toJson(ReminderSchema, create(ReminderSchema, toReminder(row)));
  const { state, remindTime, daysBeforeDue, daysAfterDue, fixedTime, cancelReason } = reminder;
  return { state, remindTime, daysBeforeDue, daysAfterDue, fixedTime, cancelReason };
}

function contextOf(row: ReminderRow, cause: Cause): EventContext {
  return { ...cause, source: 'reminder', version: row.version, ownerId: row.ownerId };
}
