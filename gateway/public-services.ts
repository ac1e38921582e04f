import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { ActivityService } from '../gen/numer/activity/v1/activity_service_pb.ts';
import { CreditNoteService } from '../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { CustomerLedgerService } from '../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { InvoiceBulkService } from '../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { InvoiceService } from '../gen/numer/invoice/v1/invoice_service_pb.ts';
import { InvoiceSettingsService } from '../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { NumberSeriesService } from '../gen/numer/invoice/v1/number_series_service_pb.ts';
import { QuoteService } from '../gen/numer/invoice/v1/quote_service_pb.ts';
import { RecurringInvoiceService } from '../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { DocumentLinkService } from '../gen/numer/notification/v1/document_link_service_pb.ts';
import { DocumentService } from '../gen/numer/notification/v1/document_service_pb.ts';
import { MailSettingsService } from '../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { NotificationService } from '../gen/numer/notification/v1/notification_service_pb.ts';
import { WebhookService } from '../gen/numer/notification/v1/webhook_service_pb.ts';
import { RpcOptions_Access } from '../gen/numer/options/v1/options_pb.ts';
import { ReminderService } from '../gen/numer/reminder/v1/reminder_service_pb.ts';
import { ReminderSettingsService } from '../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import { ExchangeRateService } from '../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { StatsService } from '../gen/numer/stats/v1/stats_service_pb.ts';
import { ApiKeyService } from '../gen/numer/user/v1/api_key_service_pb.ts';
import { CustomerBulkService } from '../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { CustomerService } from '../gen/numer/user/v1/customer_service_pb.ts';
import { LogoService } from '../gen/numer/user/v1/logo_service_pb.ts';
import { PasswordResetService } from '../gen/numer/user/v1/password_reset_service_pb.ts';
import { SessionService } from '../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../gen/numer/user/v1/user_service_pb.ts';
import { accessOf } from '../runtime/call/access.ts';
import type { ServiceName } from '../runtime/process/service.ts';

/** The RPC services that the gateway makes reachable, each with the process that serves it. */
export const PUBLIC_SERVICES: ReadonlyMap<DescService, ServiceName> = new Map<DescService, ServiceName>([
  [UserService, 'user'],
  [SessionService, 'user'],
  [PasswordResetService, 'user'],
  [ApiKeyService, 'user'],
  [CustomerService, 'user'],
  [CustomerBulkService, 'user'],
  [LogoService, 'user'],
  [InvoiceService, 'invoice'],
  [InvoiceBulkService, 'invoice'],
  [NumberSeriesService, 'invoice'],
  [InvoiceSettingsService, 'invoice'],
  [CreditNoteService, 'invoice'],
  [CustomerLedgerService, 'invoice'],
  [QuoteService, 'invoice'],
  [RecurringInvoiceService, 'invoice'],
  [ActivityService, 'activity'],
  [NotificationService, 'notification'],
  [MailSettingsService, 'notification'],
  [DocumentService, 'notification'],
  [DocumentLinkService, 'notification'],
  [WebhookService, 'notification'],
  [StatsService, 'stats'],
  [ExchangeRateService, 'stats'],
  [ReminderService, 'reminder'],
  [ReminderSettingsService, 'reminder'],
]);

/** False for the RPCs that only services may call. */
export function isPublished(method: DescMethod): boolean {
  return accessOf(method) !== RpcOptions_Access.INTERNAL;
}
