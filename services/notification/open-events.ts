import { create, type DescMessage, getOption } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import { EVENT_DESCRIPTIONS } from '../../gen/event-descriptions.ts';
import { file_numer_invoice_v1_credit_note_events } from '../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { file_numer_invoice_v1_customer_ledger_events } from '../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import { file_numer_invoice_v1_invoice_events } from '../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { file_numer_invoice_v1_invoice_settings_events } from '../../gen/numer/invoice/v1/invoice_settings_events_pb.ts';
import { file_numer_invoice_v1_number_series_events } from '../../gen/numer/invoice/v1/number_series_events_pb.ts';
import { file_numer_invoice_v1_payment_events } from '../../gen/numer/invoice/v1/payment_events_pb.ts';
import { file_numer_invoice_v1_quote_events } from '../../gen/numer/invoice/v1/quote_events_pb.ts';
import { file_numer_invoice_v1_recurring_invoice_events } from '../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { file_numer_notification_v1_mail_settings_events } from '../../gen/numer/notification/v1/mail_settings_events_pb.ts';
import { file_numer_notification_v1_notification_events } from '../../gen/numer/notification/v1/notification_events_pb.ts';
import { type WebhookEventType, WebhookEventTypeSchema } from '../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import { event } from '../../gen/numer/options/v1/options_pb.ts';
import { file_numer_reminder_v1_reminder_events } from '../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { file_numer_reminder_v1_reminder_settings_events } from '../../gen/numer/reminder/v1/reminder_settings_events_pb.ts';
import { file_numer_stats_v1_exchange_rate_events } from '../../gen/numer/stats/v1/exchange_rate_events_pb.ts';
import { file_numer_user_v1_customer_events } from '../../gen/numer/user/v1/customer_events_pb.ts';
import { topicOf } from '../../runtime/events/event.ts';

const FILES = [
  file_numer_invoice_v1_invoice_events,
  file_numer_invoice_v1_payment_events,
  file_numer_invoice_v1_credit_note_events,
  file_numer_invoice_v1_customer_ledger_events,
  file_numer_invoice_v1_quote_events,
  file_numer_invoice_v1_recurring_invoice_events,
  file_numer_invoice_v1_invoice_settings_events,
  file_numer_invoice_v1_number_series_events,
  file_numer_user_v1_customer_events,
  file_numer_reminder_v1_reminder_events,
  file_numer_reminder_v1_reminder_settings_events,
  file_numer_notification_v1_notification_events,
  file_numer_notification_v1_mail_settings_events,
  file_numer_stats_v1_exchange_rate_events,
];

/** The events that webhooks can get: all but those that the contracts exclude. A test compares the files with the contracts. */
export const OPEN_EVENTS: readonly DescMessage[] = FILES.flatMap(({ messages }) => messages).filter((message) => {
  const { topic, withoutWebhooks } = getOption(message, event);
  return topic !== '' && !withoutWebhooks;
});

/** The types of events that an endpoint can name, by name. */
export const OPEN_EVENT_TYPES: readonly WebhookEventType[] = OPEN_EVENTS.map((message) => {
  const name = topicOf(message);
  return create(WebhookEventTypeSchema, {
    name,
    description: EVENT_DESCRIPTIONS[name] ?? '',
    subject: protoCamelCase(getOption(message, event).subject),
    message: message.typeName,
  });
}).toSorted((one, other) => (one.name < other.name ? -1 : 1));

/** The names of these types. */
export const OPEN_TOPICS: ReadonlySet<string> = new Set(OPEN_EVENT_TYPES.map(({ name }) => name));
