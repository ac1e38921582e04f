import { file_numer_notification_v1_document_link_events } from '../../gen/numer/notification/v1/document_link_events_pb.ts';
import { DocumentLinkService } from '../../gen/numer/notification/v1/document_link_service_pb.ts';
import { DocumentService } from '../../gen/numer/notification/v1/document_service_pb.ts';
import { file_numer_notification_v1_mail_settings_events } from '../../gen/numer/notification/v1/mail_settings_events_pb.ts';
import { MailSettingsService } from '../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { file_numer_notification_v1_notification_events } from '../../gen/numer/notification/v1/notification_events_pb.ts';
import { NotificationService } from '../../gen/numer/notification/v1/notification_service_pb.ts';
import { file_numer_notification_v1_webhook_endpoint_events } from '../../gen/numer/notification/v1/webhook_endpoint_events_pb.ts';
import { WebhookService } from '../../gen/numer/notification/v1/webhook_service_pb.ts';
import { implement } from '../../runtime/call/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { defineService } from '../../runtime/process/service.ts';
import { NOTIFICATION_CONFIG } from './config.ts';
import { onCreditNoteIssued } from './consumers/on-credit-note-issued.ts';
import { onInvoiceClosed } from './consumers/on-invoice-closed.ts';
import { onInvoiceSent } from './consumers/on-invoice-sent.ts';
import { onInvoiceVoided } from './consumers/on-invoice-voided.ts';
import { onMailUndelivered } from './consumers/on-mail-undelivered.ts';
import { onPasswordChanged } from './consumers/on-password-changed.ts';
import { onPasswordResetRequested } from './consumers/on-password-reset-requested.ts';
import { onPaymentRecorded } from './consumers/on-payment-recorded.ts';
import { onPaymentReversed } from './consumers/on-payment-reversed.ts';
import { onQuoteChanged } from './consumers/on-quote-changed.ts';
import { onQuoteSent } from './consumers/on-quote-sent.ts';
import { onReminderDue } from './consumers/on-reminder-due.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { onUserUpdated } from './consumers/on-user-updated.ts';
import { withWebhooks } from './consumers/with-webhooks.ts';
import { createDeps } from './deps.ts';
import { decideRetractions } from './jobs/decide-retractions.ts';
import { deliverAccountMails } from './jobs/deliver-account-mails.ts';
import { deliverMails } from './jobs/deliver-mails.ts';
import { deliverWebhooks } from './jobs/deliver-webhooks.ts';
import { pruneWebhooks } from './jobs/prune-webhooks.ts';
import { pruneWithdrawals } from './jobs/prune-withdrawals.ts';
import { answerLinkedQuote } from './rpc/answer-linked-quote.ts';
import { createWebhookEndpoint } from './rpc/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './rpc/delete-webhook-endpoint.ts';
import { getCreditNoteFacturX } from './rpc/get-credit-note-factur-x.ts';
import { getCreditNotePdf } from './rpc/get-credit-note-pdf.ts';
import { getCustomerStatementPdf } from './rpc/get-customer-statement-pdf.ts';
import { getDocumentLink } from './rpc/get-document-link.ts';
import { getInvoiceFacturX } from './rpc/get-invoice-factur-x.ts';
import { getInvoicePdf } from './rpc/get-invoice-pdf.ts';
import { getLinkedFile } from './rpc/get-linked-file.ts';
import { getLinkedPage } from './rpc/get-linked-page.ts';
import { getMailSettings } from './rpc/get-mail-settings.ts';
import { getNotification } from './rpc/get-notification.ts';
import { getQuotePdf } from './rpc/get-quote-pdf.ts';
import { getWebhookDelivery } from './rpc/get-webhook-delivery.ts';
import { getWebhookEndpoint } from './rpc/get-webhook-endpoint.ts';
import { listNotifications } from './rpc/list-notifications.ts';
import { listWebhookDeliveries } from './rpc/list-webhook-deliveries.ts';
import { listWebhookEndpoints } from './rpc/list-webhook-endpoints.ts';
import { listWebhookEventTypes } from './rpc/list-webhook-event-types.ts';
import { resendCreditNote } from './rpc/resend-credit-note.ts';
import { resendInvoice } from './rpc/resend-invoice.ts';
import { resendQuote } from './rpc/resend-quote.ts';
import { resendWebhookDelivery } from './rpc/resend-webhook-delivery.ts';
import { revokeDocumentLink } from './rpc/revoke-document-link.ts';
import { rotateDocumentLink } from './rpc/rotate-document-link.ts';
import { rotateWebhookSecret } from './rpc/rotate-webhook-secret.ts';
import { testWebhookEndpoint } from './rpc/test-webhook-endpoint.ts';
import { updateMailSettings } from './rpc/update-mail-settings.ts';
import { updateWebhookEndpoint } from './rpc/update-webhook-endpoint.ts';

/**
 * The notification service. Events queue mails to customers and account holders, and webhooks to users; the service delivers
 * them and keeps what became of them. It also prints documents.
 */
export const notificationService = defineService({
  name: 'notification',
  migrations: new URL('./migrations/', import.meta.url),
  config: NOTIFICATION_CONFIG,
  events: [
    file_numer_notification_v1_notification_events,
    file_numer_notification_v1_mail_settings_events,
    file_numer_notification_v1_webhook_endpoint_events,
    file_numer_notification_v1_document_link_events,
  ],
  createDeps,
  releaseLeases: ({ store, clock }) => store.releaseLeases(clock.now()),
  routes(router, deps) {
    router.service(
      NotificationService,
      implement(NotificationService, deps, {
        listNotifications,
        getNotification,
        resendInvoice,
        resendQuote,
        resendCreditNote,
      }),
    );
    router.service(MailSettingsService, implement(MailSettingsService, deps, { getMailSettings, updateMailSettings }));
    router.service(
      DocumentService,
      implement(DocumentService, deps, {
        getInvoicePdf,
        getCreditNotePdf,
        getQuotePdf,
        getInvoiceFacturX,
        getCreditNoteFacturX,
        getCustomerStatementPdf,
      }),
    );
    router.service(
      DocumentLinkService,
      implement(DocumentLinkService, deps, {
        getDocumentLink,
        rotateDocumentLink,
        revokeDocumentLink,
        getLinkedPage,
        getLinkedFile,
        answerLinkedQuote,
      }),
    );
    router.service(
      WebhookService,
      implement(WebhookService, deps, {
        createWebhookEndpoint,
        getWebhookEndpoint,
        listWebhookEndpoints,
        listWebhookEventTypes,
        updateWebhookEndpoint,
        deleteWebhookEndpoint,
        rotateWebhookSecret,
        testWebhookEndpoint,
        listWebhookDeliveries,
        getWebhookDelivery,
        resendWebhookDelivery,
      }),
    );
  },
  consumers: [
    ...withWebhooks([
      onInvoiceSent,
      onQuoteSent,
      onQuoteChanged,
      onReminderDue,
      onPaymentRecorded,
      onPaymentReversed,
      onCreditNoteIssued,
      onInvoiceVoided,
      onInvoiceClosed,
      onMailUndelivered,
    ]),
    onPasswordResetRequested,
    onPasswordChanged,
    onUserUpdated,
    onUserDeleted,
  ],
  jobs: [
    deliverMails,
    deliverAccountMails,
    decideRetractions,
    deliverWebhooks,
    pruneWithdrawals,
    pruneWebhooks,
    eraseAccounts,
  ],
});
