import { DocumentService } from '../../gen/numer/notification/v1/document_service_pb.ts';
import { file_numer_notification_v1_mail_settings_events } from '../../gen/numer/notification/v1/mail_settings_events_pb.ts';
import { MailSettingsService } from '../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { file_numer_notification_v1_notification_events } from '../../gen/numer/notification/v1/notification_events_pb.ts';
import { NotificationService } from '../../gen/numer/notification/v1/notification_service_pb.ts';
import { implement } from '../../runtime/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { defineService } from '../../runtime/service.ts';
import { NOTIFICATION_CONFIG } from './config.ts';
import { onCreditNoteIssued } from './consumers/on-credit-note-issued.ts';
import { onInvoiceClosed } from './consumers/on-invoice-closed.ts';
import { onInvoiceSent } from './consumers/on-invoice-sent.ts';
import { onPaymentRecorded } from './consumers/on-payment-recorded.ts';
import { onQuoteChanged } from './consumers/on-quote-changed.ts';
import { onQuoteSent } from './consumers/on-quote-sent.ts';
import { onReminderDue } from './consumers/on-reminder-due.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { createDeps } from './deps.ts';
import { deliverMails } from './jobs/deliver-mails.ts';
import { pruneWithdrawals } from './jobs/prune-withdrawals.ts';
import { getCreditNotePdf } from './rpc/get-credit-note-pdf.ts';
import { getInvoicePdf } from './rpc/get-invoice-pdf.ts';
import { getMailSettings } from './rpc/get-mail-settings.ts';
import { getNotification } from './rpc/get-notification.ts';
import { getQuotePdf } from './rpc/get-quote-pdf.ts';
import { listNotifications } from './rpc/list-notifications.ts';
import { updateMailSettings } from './rpc/update-mail-settings.ts';

/** The notification service: mails to customers, queued by events, and what became of them; documents in print. */
export const notificationService = defineService({
  name: 'notification',
  migrations: new URL('./migrations/', import.meta.url),
  config: NOTIFICATION_CONFIG,
  events: [file_numer_notification_v1_notification_events, file_numer_notification_v1_mail_settings_events],
  createDeps,
  routes(router, deps) {
    router.service(NotificationService, implement(NotificationService, deps, { listNotifications, getNotification }));
    router.service(MailSettingsService, implement(MailSettingsService, deps, { getMailSettings, updateMailSettings }));
    router.service(DocumentService, implement(DocumentService, deps, { getInvoicePdf, getCreditNotePdf, getQuotePdf }));
  },
  consumers: [
    onInvoiceSent,
    onQuoteSent,
    onQuoteChanged,
    onReminderDue,
    onPaymentRecorded,
    onCreditNoteIssued,
    onInvoiceClosed,
    onUserDeleted,
  ],
  jobs: [deliverMails, pruneWithdrawals, eraseAccounts],
});
