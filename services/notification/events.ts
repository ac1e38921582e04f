import { MailSettingsUpdatedSchema } from '../../gen/numer/notification/v1/mail_settings_events_pb.ts';
import {
  NotificationFailedSchema,
  NotificationSentSchema,
} from '../../gen/numer/notification/v1/notification_events_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { type OutboxRow, requestOf, toOutboxRow } from '../../runtime/events/outbox.ts';
import { toNotification } from './convert.ts';
import type { MailSettingsRow } from './store/mail-settings.ts';
import type { NotificationRow } from './store/schema.ts';

/** A notification changes its state once, from queued to sent or failed. */
const FINAL_VERSION = 2n;

/** Tells that the mail server took the mail, or that it was given up on. `row` is as it is after that. */
export function notificationSettled(row: NotificationRow, time: Date): OutboxRow {
  const notification = toNotification({ ...row, recipient: '', subject: '', error: '' }); // no personal data leaves
  return toOutboxRow(
    row.state === 'SENT' ? NotificationSentSchema : NotificationFailedSchema,
    { notification },
    {
      source: 'notification',
      version: FINAL_VERSION,
      ownerId: row.ownerId,
      actor: 'service:notification',
      requestId: row.requestId,
      callerAddress: undefined,
      traceparent: undefined,
      time,
    },
  );
}

/** Tells that a user changed the settings for mails. `after` is as they are now; they are one switch, so it was turned. */
export function mailSettingsUpdated(call: Call, after: MailSettingsRow): OutboxRow {
  const changes = [{ field: 'attachPdf', oldValue: String(!after.attachPdf), newValue: String(after.attachPdf) }];
  return toOutboxRow(
    MailSettingsUpdatedSchema,
    { userId: after.ownerId, changes },
    {
      source: 'notification',
      version: after.version,
      ownerId: after.ownerId,
      actor: call.user.actor,
      ...requestOf(call),
      time: after.updateTime,
    },
  );
}
