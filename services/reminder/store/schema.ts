import { bigint, boolean, date, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { CancelReason as DecidedCancelReason, RemindedInvoice } from '../domain/decide.ts';

/** State of a reminder; the names are those of `Reminder.State`. */
export type ReminderState = 'SCHEDULED' | 'SENT' | 'CANCELLED';

/** Why a reminder was cancelled; the names are those of `Reminder.CancelReason`. */
export type CancelReason =
  | DecidedCancelReason
  | 'USER_REQUEST'
  | 'RESCHEDULED_TO_PAST'
  | 'INSTALMENT_SETTLED'
  | 'PLAN_CHANGED';

/** State of an invoice; the names are those of `Invoice.State`, and `DELETED`. */
export type InvoiceState = RemindedInvoice['state'];

/** The parts of an account that this service needs. */
export const accounts = pgTable('accounts', {
  ownerId: uuid('owner_id').primaryKey(),
  version: bigint({ mode: 'bigint' }).notNull(),
  timeZone: text('time_zone'),
  deleted: boolean().notNull(),
});

/** The settings of the accounts that have changed them. All others have the default settings. */
export const reminderSettings = pgTable('reminder_settings', {
  ownerId: uuid('owner_id').primaryKey(),
  version: bigint({ mode: 'bigint' }).notNull(),
  /** The steps of the plan in whole days from the due date, soonest first. */
  offsetsDays: jsonb('offsets_days').$type<readonly number[]>().notNull(),
  timeOfDay: text('time_of_day').notNull(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }).notNull(),
  requestId: text('request_id').notNull(),
  /** The last invoice whose reminders have followed the change; null when all have. */
  followedUntil: uuid('followed_until'),
  followTime: timestamp('follow_time', { withTimezone: true }).notNull(),
});

/** The parts of an invoice that this service needs. */
export const invoices = pgTable('invoices', {
  invoiceId: uuid('invoice_id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  version: bigint({ mode: 'bigint' }).notNull(),
  state: text().$type<InvoiceState>().notNull(),
  /** The due dates, soonest first: those of the instalments that are not settled, or else that of the invoice. */
  dueDates: jsonb('due_dates').$type<readonly string[]>().notNull(),
  timeZone: text('time_zone').notNull(),
  paused: boolean().notNull().default(false),
  planVersion: bigint('plan_version', { mode: 'bigint' }).notNull().default(0n),
});

/** A row of `invoices`. */
export type InvoiceRow = typeof invoices.$inferSelect;

/** The reminders. */
export const reminders = pgTable('reminders', {
  id: uuid().primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id').notNull(),
  step: text().notNull(),
  offsetDays: integer('offset_days'),
  fixedTime: timestamp('fixed_time', { withTimezone: true, precision: 3 }),
  dueDate: date('due_date'),
  remindTime: timestamp('remind_time', { withTimezone: true, precision: 3 }).notNull(),
  /** When to try it again after a failure. A time before `remindTime` means nothing. */
  retryTime: timestamp('retry_time', { withTimezone: true, precision: 3 }),
  state: text().$type<ReminderState>().notNull(),
  planned: boolean().notNull(),
  cancelReason: text('cancel_reason').$type<CancelReason>(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
  sendTime: timestamp('send_time', { withTimezone: true, precision: 3 }),
  cancelTime: timestamp('cancel_time', { withTimezone: true, precision: 3 }),
  version: bigint({ mode: 'bigint' }).notNull(),
});

/** A row of `reminders`. */
export type ReminderRow = typeof reminders.$inferSelect;
