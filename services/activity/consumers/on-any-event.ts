import { randomUUID } from 'node:crypto';
import { toJson } from '@bufbuild/protobuf';
import { FieldChangeSchema } from '../../../gen/numer/activity/v1/field_change_pb.ts';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import {
  CreditAppliedSchema,
  CreditRefundedSchema,
  DepositRecordedSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceFinalizedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceSettingsUpdatedSchema } from '../../../gen/numer/invoice/v1/invoice_settings_events_pb.ts';
import {
  NumberSeriesCreatedSchema,
  NumberSeriesUpdatedSchema,
} from '../../../gen/numer/invoice/v1/number_series_events_pb.ts';
import {
  InstalmentsPlannedSchema,
  InvoiceWrittenOffSchema,
  PaymentReversedSchema,
} from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import {
  QuoteAcceptedSchema,
  QuoteConvertedSchema,
  QuoteCreatedSchema,
  QuoteDeclinedSchema,
  QuoteDeletedSchema,
  QuoteSentSchema,
  QuoteUpdatedSchema,
} from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import {
  RecurringInvoiceCreatedSchema,
  RecurringInvoiceDeletedSchema,
  RecurringInvoiceFailedSchema,
  RecurringInvoiceOccurredSchema,
  RecurringInvoicePausedSchema,
  RecurringInvoiceResumedSchema,
  RecurringInvoiceSkippedSchema,
  RecurringInvoiceUpdatedSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { DocumentLinkUpdatedSchema } from '../../../gen/numer/notification/v1/document_link_events_pb.ts';
import { MailSettingsUpdatedSchema } from '../../../gen/numer/notification/v1/mail_settings_events_pb.ts';
import {
  DocumentResentSchema,
  NotificationBouncedSchema,
  NotificationDelayedSchema,
  NotificationDeliveredSchema,
  NotificationFailedSchema,
  NotificationSentSchema,
} from '../../../gen/numer/notification/v1/notification_events_pb.ts';
import {
  WebhookEndpointCreatedSchema,
  WebhookEndpointDeletedSchema,
  WebhookEndpointUpdatedSchema,
  WebhookSecretRotatedSchema,
} from '../../../gen/numer/notification/v1/webhook_endpoint_events_pb.ts';
import {
  ReminderCancelledSchema,
  ReminderDueSchema,
  ReminderScheduledSchema,
  RemindersPausedSchema,
  RemindersResumedSchema,
} from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { ReminderSettingsUpdatedSchema } from '../../../gen/numer/reminder/v1/reminder_settings_events_pb.ts';
import {
  ExchangeRateCreatedSchema,
  ExchangeRateDeletedSchema,
} from '../../../gen/numer/stats/v1/exchange_rate_events_pb.ts';
import { ApiKeyCreatedSchema, ApiKeyDeletedSchema } from '../../../gen/numer/user/v1/api_key_events_pb.ts';
import {
  CustomerCreatedSchema,
  CustomerDeletedSchema,
  CustomerUpdatedSchema,
} from '../../../gen/numer/user/v1/customer_events_pb.ts';
import {
  PasswordResetConfirmedSchema,
  PasswordResetRequestedSchema,
} from '../../../gen/numer/user/v1/password_reset_events_pb.ts';
import {
  RefreshTokenReusedSchema,
  SessionCreatedSchema,
  SessionDeletedSchema,
} from '../../../gen/numer/user/v1/session_events_pb.ts';
import {
  UserCreatedSchema,
  UserDeletedSchema,
  UserPasswordChangedSchema,
  UserUpdatedSchema,
} from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { parseActor } from '../domain/parse-actor.ts';

/** Every event of the system. A test compares this list with the contracts. */
const EVENTS = [
  InvoiceCreatedSchema,
  InvoiceUpdatedSchema,
  InvoiceDeletedSchema,
  InvoiceFinalizedSchema,
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  InvoiceMarkedUncollectibleSchema,
  PaymentRecordedSchema,
  PaymentReversedSchema,
  CreditAppliedSchema,
  InvoiceWrittenOffSchema,
  CreditNoteIssuedSchema,
  InstalmentsPlannedSchema,
  DepositRecordedSchema,
  CreditRefundedSchema,
  NumberSeriesCreatedSchema,
  NumberSeriesUpdatedSchema,
  InvoiceSettingsUpdatedSchema,
  MailSettingsUpdatedSchema,
  QuoteCreatedSchema,
  QuoteUpdatedSchema,
  QuoteDeletedSchema,
  QuoteSentSchema,
  QuoteAcceptedSchema,
  QuoteDeclinedSchema,
  QuoteConvertedSchema,
  RecurringInvoiceCreatedSchema,
  RecurringInvoiceUpdatedSchema,
  RecurringInvoiceDeletedSchema,
  RecurringInvoicePausedSchema,
  RecurringInvoiceResumedSchema,
  RecurringInvoiceOccurredSchema,
  RecurringInvoiceSkippedSchema,
  RecurringInvoiceFailedSchema,
  CustomerCreatedSchema,
  CustomerUpdatedSchema,
  CustomerDeletedSchema,
  UserCreatedSchema,
  UserUpdatedSchema,
  UserPasswordChangedSchema,
  UserDeletedSchema,
  SessionCreatedSchema,
  SessionDeletedSchema,
  RefreshTokenReusedSchema,
  PasswordResetRequestedSchema,
  PasswordResetConfirmedSchema,
  ApiKeyCreatedSchema,
  ApiKeyDeletedSchema,
  ReminderScheduledSchema,
  ReminderDueSchema,
  ReminderCancelledSchema,
  RemindersPausedSchema,
  RemindersResumedSchema,
  ReminderSettingsUpdatedSchema,
  DocumentResentSchema,
  NotificationSentSchema,
  NotificationFailedSchema,
  NotificationDelayedSchema,
  NotificationDeliveredSchema,
  NotificationBouncedSchema,
  WebhookEndpointCreatedSchema,
  WebhookEndpointUpdatedSchema,
  WebhookEndpointDeletedSchema,
  WebhookSecretRotatedSchema,
  DocumentLinkUpdatedSchema,
  ExchangeRateCreatedSchema,
  ExchangeRateDeletedSchema,
] as const;

type AnyEvent = ReceivedEvent<(typeof EVENTS)[number]>;

/** Adds an activity for each event. The activity of `UserDeleted` makes the database start the account's erasure. */
export const onAnyEvent = defineConsumer({
  events: EVENTS,
  async apply(deps: Deps, batch) {
    await deps.store.recordActivities(batch.map(toRow));
  },
});

function toRow(event: AnyEvent) {
  if (event.ownerId === undefined) throw new Error(`${event.type} has no owner`);
  const actor = parseActor(event.actor);
  return {
    eventId: event.id,
    type: event.topic,
    ownerId: event.ownerId,
    ...invoiceOf(event.message),
    subjectId: event.subject,
    actorType: actor.type,
    actorId: actor.id,
    requestId: event.requestId,
    address: event.callerAddress ?? null,
    addressSalt: event.callerAddress === undefined ? null : randomUUID(),
    createTime: event.time,
    changes: 'changes' in event.message ? event.message.changes.map((change) => toJson(FieldChangeSchema, change)) : [],
  };
}

/** The invoice that a message is about, and whether the message shows that it had been opened. */
function invoiceOf(message: AnyEvent['message']): {
  readonly invoiceId: string | null;
  readonly invoiceOpened: boolean;
} {
  if ('invoice' in message && message.invoice !== undefined) {
    return { invoiceId: message.invoice.id, invoiceOpened: message.invoice.state !== Invoice_State.DRAFT };
  }
  const about = aboutInvoice(message);
  return { invoiceId: about?.invoiceId || null, invoiceOpened: false };
}

function aboutInvoice(message: AnyEvent['message']): { readonly invoiceId: string } | undefined {
  if ('reminder' in message) return message.reminder;
  if ('plan' in message) return message.plan;
  if ('notification' in message) return message.notification;
  if ('documentId' in message) return message;
  return undefined;
}
