import { DocumentLinkUpdatedSchema } from '../../gen/numer/notification/v1/document_link_events_pb.ts';
import { MailSettingsUpdatedSchema } from '../../gen/numer/notification/v1/mail_settings_events_pb.ts';
import type { MailSettings } from '../../gen/numer/notification/v1/mail_settings_pb.ts';
import {
  DocumentResentSchema,
  NotificationBouncedSchema,
  NotificationDelayedSchema,
  NotificationDeliveredSchema,
  NotificationFailedSchema,
  NotificationSentSchema,
} from '../../gen/numer/notification/v1/notification_events_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { type EventContext, type OutboxRow, requestOf, toOutboxRow } from '../../runtime/events/outbox.ts';
import { toNotification, toQueuedNotification } from './convert.ts';
import type { Report } from './domain/decide-report.ts';
import type { OwnDocument } from './links/own-document.ts';
import type { DocumentLinkRow } from './store/document-links.ts';
import type { MailSettingsRow } from './store/mail-settings.ts';
import type { ResentMail } from './store/queue-resend.ts';
import type { NotificationRow } from './store/schema.ts';

/** Version of a notification when it is queued. Only one that a user asks for has an event then. */
const QUEUED_VERSION = 1n;

/** The fields that say that somebody gets a copy of a mail. */
const COPY_FIELDS = { CC: 'ccEmails', BCC: 'bccEmail' } as const;

/** Says that a user had a document mailed again, and whether with a message. Leaves out message and addresses, which are personal. */
export function documentResent(call: Call, mail: ResentMail, hasMessage: boolean): OutboxRow {
  const { kind, invoiceId, quoteId, creditNoteId } = mail;
  const changes = [
    ...Object.entries({ kind, invoiceId, quoteId, creditNoteId }).flatMap(([field, newValue]) =>
      newValue === null ? [] : [{ field, newValue }],
    ),
    { field: 'recipient' },
    ...[...new Set(mail.copies.map(({ role }) => COPY_FIELDS[role]))].map((field) => ({ field })),
    ...(hasMessage ? [{ field: 'message' }] : []),
  ];
  const notification = toQueuedNotification({ ...mail, recipient: '', copies: [], subject: '' });
  return toOutboxRow(
    DocumentResentSchema,
    { notification, changes },
    contextOfCall(call, QUEUED_VERSION, mail.createTime),
  );
}

/** Version of a notification when it is sent or fails, which happens once. Reports that change something about it come after that. */
const SETTLED_VERSION = 2n;

/** Says that the mail server took the mail, or that the mail was given up on. `row` is the mail after that. */
export function notificationSettled(row: NotificationRow, time: Date): OutboxRow {
  const desc = row.state === 'SENT' ? NotificationSentSchema : NotificationFailedSchema;
  return toOutboxRow(desc, messageOf(row), contextOf(row, SETTLED_VERSION, time));
}

const REPORT_EVENTS = {
  FAILED: NotificationBouncedSchema,
  DELAYED: NotificationDelayedSchema,
  DELIVERED: NotificationDeliveredSchema,
} as const;

/** Says what a mail server reported about a mail. `row` is the mail after that. */
export function notificationReported(row: NotificationRow, action: Report['action'], time: Date): OutboxRow {
  return toOutboxRow(
    REPORT_EVENTS[action],
    messageOf(row),
    contextOf(row, SETTLED_VERSION + BigInt(row.reports), time),
  );
}

function messageOf(row: NotificationRow) {
  return { notification: toNotification({ ...row, recipient: '', copies: [], subject: '', error: '' }) }; // no personal data leaves
}

function contextOf({ ownerId, requestId }: NotificationRow, version: bigint, time: Date): EventContext {
  return {
    source: 'notification',
    version,
    ownerId,
    actor: 'service:notification',
    requestId,
    callerAddress: undefined,
    traceparent: undefined,
    time,
  };
}

/** Says that a user changed the mail settings, but not who gets blind copies now, which is personal. */
export function mailSettingsUpdated(
  call: Call,
  before: Pick<MailSettings, 'attachPdf' | 'bccEmail' | 'accountNotices'>,
  after: MailSettingsRow,
): OutboxRow {
  const changes = [
    ...(['attachPdf', 'accountNotices'] as const)
      .filter((field) => before[field] !== after[field])
      .map((field) => ({ field, oldValue: String(before[field]), newValue: String(after[field]) })),
    ...(before.bccEmail === after.bccEmail ? [] : [{ field: 'bccEmail' }]),
  ];
  const context = contextOfCall(call, after.version, after.updateTime);
  return toOutboxRow(MailSettingsUpdatedSchema, { userId: after.ownerId, changes }, context);
}

/** Says that a user gave a document another link or revoked its link. Says nothing about the links themselves. */
export function documentLinkUpdated(
  call: Call,
  { document, invoiceId }: OwnDocument,
  before: DocumentLinkRow | undefined,
  after: DocumentLinkRow,
): OutboxRow {
  const wasRevoked = before?.revoked ?? false;
  const changes = [
    { field: 'link' },
    ...(wasRevoked === after.revoked
      ? []
      : [{ field: 'revoked', oldValue: String(wasRevoked), newValue: String(after.revoked) }]),
  ];
  const { documentId } = document;
  const context = contextOfCall(call, after.version, after.updateTime);
  return toOutboxRow(DocumentLinkUpdatedSchema, { documentId, invoiceId, changes }, context);
}

/** The context of a change that a user makes to the user's own data. */
function contextOfCall(call: Call, version: bigint, time: Date): EventContext {
  const { userId: ownerId, actor } = call.user;
  return { source: 'notification', version, ownerId, actor, ...requestOf(call), time };
}
