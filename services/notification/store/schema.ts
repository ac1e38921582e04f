import { type InferSelectModel, sql } from 'drizzle-orm';
import { bigint, boolean, date, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { AccountMailKind, Kind, RetractionKind } from '../domain/decide-next.ts';
import type { MailLink } from '../domain/mail-link.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';

/** The state of a mail, named as in the contract. */
export type State = 'QUEUED' | 'SENT' | 'FAILED' | 'BOUNCED';

/** The role in which somebody gets a mail, named as in the contract. */
export type Role = 'TO' | 'CC' | 'BCC';

/** Mails to customers; the migration says what the columns mean. */
export const notifications = pgTable('notifications', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id'),
  quoteId: uuid('quote_id'),
  kind: text('kind').$type<Kind>().notNull(),
  recipient: text('recipient').notNull(),
  senderName: text('sender_name').notNull(),
  replyTo: text('reply_to').notNull(),
  subject: text('subject').notNull(),
  textBody: text('text_body').notNull(),
  htmlBody: text('html_body').notNull(),
  requestId: text('request_id').notNull(),
  state: text('state').$type<State>().notNull().default('QUEUED'),
  attempts: integer('attempts').notNull().default(0),
  error: text('error').notNull().default(''),
  withdrawReason: text('withdraw_reason').notNull().default(''),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
  nextAttemptTime: timestamp('next_attempt_time', { withTimezone: true, precision: 3 }),
  sendTime: timestamp('send_time', { withTimezone: true, precision: 3 }),
  dueDate: date('due_date'),
  expireTime: timestamp('expire_time', { withTimezone: true, precision: 3 }),
  leaseToken: uuid('lease_token'),
  leaseExpireTime: timestamp('lease_expire_time', { withTimezone: true, precision: 3 }),
  invoiceVersion: bigint('invoice_version', { mode: 'bigint' }),
  printed: jsonb('printed').$type<PrintedDocument>(),
  paymentId: uuid('payment_id'),
  pdfAttached: boolean('pdf_attached').notNull().default(false),
  mayHaveLeft: boolean('may_have_left').notNull().default(false),
  deliverTime: timestamp('deliver_time', { withTimezone: true, precision: 3 }),
  delayTime: timestamp('delay_time', { withTimezone: true, precision: 3 }),
  bounceTime: timestamp('bounce_time', { withTimezone: true, precision: 3 }),
  statusCode: text('status_code').notNull().default(''),
  reports: integer('reports').notNull().default(0),
  link: jsonb('link').$type<MailLink>(),
  creditNoteId: uuid('credit_note_id'),
  role: text('role').$type<Role>().notNull().default('TO'),
  copyOf: uuid('copy_of'),
  addressee: text('addressee').notNull().default(''),
  ccEmails: jsonb('cc_emails').$type<readonly string[]>().notNull().default([]),
});

/** A row of the table. */
export type NotificationRow = InferSelectModel<typeof notifications>;

/** Mails to account holders that are still to be sent; the migration says what the columns mean. */
export const accountMails = pgTable('account_mails', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  kind: text('kind').$type<AccountMailKind>().notNull(),
  passwordResetId: uuid('password_reset_id'),
  recipient: text('recipient').notNull(),
  locale: text('locale').notNull(),
  timeZone: text('time_zone').notNull(),
  requestId: text('request_id').notNull(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
  attempts: integer('attempts').notNull().default(0),
  nextAttemptTime: timestamp('next_attempt_time', { withTimezone: true, precision: 3 }).notNull(),
  leaseToken: uuid('lease_token'),
  leaseExpireTime: timestamp('lease_expire_time', { withTimezone: true, precision: 3 }),
  quoteId: uuid('quote_id'),
  notificationId: uuid('notification_id'),
  resumeTime: timestamp('resume_time', { withTimezone: true, precision: 3 }),
});

/** When the holders of accounts were mailed of late about what happened; the migration says what the columns mean. */
export const accountNoticeTimes = pgTable('account_notice_times', {
  ownerId: uuid('owner_id').primaryKey(),
  noticeTimes: timestamp('notice_times', { withTimezone: true, precision: 3 }).array().notNull(),
  room: integer('room').notNull(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** Answers to quotes, for mails that come after them. */
export const quoteAnswers = pgTable('quote_answers', {
  ownerId: uuid('owner_id').notNull(),
  quoteId: uuid('quote_id').notNull(),
  withdrawReason: text('withdraw_reason').notNull(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** What made mails of an invoice pointless, for mails that come after it. */
export const mailWithdrawals = pgTable('mail_withdrawals', {
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id').notNull(),
  invoiceVersion: bigint('invoice_version', { mode: 'bigint' }).notNull(),
  withdrawReason: text('withdraw_reason').notNull(),
  dueBefore: date('due_before'),
  withdrawsInvoice: boolean('withdraws_invoice').notNull(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** Mails that take back what an earlier one said, before it is known whether they are owed; the migration says what the columns mean. */
export const mailRetractions = pgTable('mail_retractions', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id').notNull(),
  paymentId: uuid('payment_id'),
  revisionId: uuid('revision_id'),
  kind: text('kind').$type<RetractionKind>().notNull(),
  recipient: text('recipient').notNull(),
  senderName: text('sender_name').notNull(),
  replyTo: text('reply_to').notNull(),
  subject: text('subject').notNull(),
  textBody: text('text_body').notNull(),
  htmlBody: text('html_body').notNull(),
  requestId: text('request_id').notNull(),
  invoiceVersion: bigint('invoice_version', { mode: 'bigint' }),
  withdrawReason: text('withdraw_reason').notNull(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
  decideTime: timestamp('decide_time', { withTimezone: true, precision: 3 }),
});

/** The settings for all mails of an account. */
export const mailSettings = pgTable('mail_settings', {
  ownerId: uuid('owner_id').primaryKey(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  attachPdf: boolean('attach_pdf').notNull(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }).notNull(),
  bccEmail: text('bcc_email').notNull(),
  accountNotices: boolean('account_notices').notNull(),
});

/** Links of documents that were rotated or revoked; the migration says what the columns mean. */
export const documentLinks = pgTable('document_links', {
  ownerId: uuid('owner_id').notNull(),
  documentId: uuid('document_id').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  revoked: boolean('revoked').notNull(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** When documents were recently mailed again; the migration says what the columns mean. */
export const documentResends = pgTable('document_resends', {
  ownerId: uuid('owner_id').notNull(),
  documentId: uuid('document_id').notNull(),
  resendTimes: timestamp('resend_times', { withTimezone: true, precision: 3 }).array().notNull(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** Accounts that were deleted. */
export const deletedOwners = pgTable('deleted_owners', {
  ownerId: uuid('owner_id').primaryKey(),
  deleteTime: timestamp('delete_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** The columns that the API shows, with the text of the creation time for page tokens. */
export const shownColumns = {
  id: notifications.id,
  invoiceId: notifications.invoiceId,
  quoteId: notifications.quoteId,
  creditNoteId: notifications.creditNoteId,
  kind: notifications.kind,
  recipient: notifications.recipient,
  subject: notifications.subject,
  state: notifications.state,
  attempts: notifications.attempts,
  error: notifications.error,
  createTime: notifications.createTime,
  nextAttemptTime: notifications.nextAttemptTime,
  sendTime: notifications.sendTime,
  pdfAttached: notifications.pdfAttached,
  deliverTime: notifications.deliverTime,
  delayTime: notifications.delayTime,
  bounceTime: notifications.bounceTime,
  statusCode: notifications.statusCode,
  role: notifications.role,
  copyOf: notifications.copyOf,
  copies: sql<readonly ShownCopy[]>`(
    select coalesce(jsonb_agg(to_jsonb(copy) order by
      array_position(array(select jsonb_array_elements_text(${notifications}.cc_emails)), copy.recipient)), '[]')
    from (select id, recipient, role, state from ${notifications} as copied
      where copied.owner_id = ${notifications}.owner_id and copied.copy_of = ${notifications}.id) as copy)`.as(
    'copies',
  ),
  createTimeText: sql<string>`${notifications.createTime}::text`.as('create_time_text'),
};

/** A copy of a mail, as the API shows it with the mail. */
export type ShownCopy = Pick<NotificationRow, 'id' | 'recipient' | 'role' | 'state'>;

/** A row as the API shows it. */
export type ShownRow = Pick<NotificationRow, Exclude<keyof typeof shownColumns, 'createTimeText' | 'copies'>> & {
  readonly copies: readonly ShownCopy[];
};
