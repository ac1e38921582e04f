import type { DescMethod, JsonValue } from '@bufbuild/protobuf';
import { CreditNoteService } from '../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { CustomerLedgerService } from '../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { InvoiceBulkService } from '../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { InvoiceSettingsService } from '../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { NumberSeriesService } from '../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { QuoteService } from '../../gen/numer/invoice/v1/quote_service_pb.ts';
import { RecurringInvoiceService } from '../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { MailSettingsService } from '../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { NotificationService } from '../../gen/numer/notification/v1/notification_service_pb.ts';
import { WebhookService } from '../../gen/numer/notification/v1/webhook_service_pb.ts';
import { ReminderSettingsService } from '../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import { CustomerBulkService } from '../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { PasswordResetService } from '../../gen/numer/user/v1/password_reset_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';

const CUSTOMER_ID = '01a20317-e038-7778-b7d9-9964c5d9133c';
const INVOICE_ID = '01a20317-e095-79e9-9fa1-d00261eb771e';

const line = { description: 'Bread design', quantity: '2', unitPrice: '49.995', taxPercent: '19' };
const returned = {
  invoiceId: INVOICE_ID,
  lines: [{ invoiceLineId: '01a20317-e095-7b5d-9fbe-adb789cef7a7', quantity: '1' }],
};

/** Request bodies for the RPCs that `EXAMPLES` does not have, as they go over the wire; a file is given as its text. */
export const REQUEST_EXAMPLES: ReadonlyMap<DescMethod, JsonValue> = new Map<DescMethod, JsonValue>([
  [
    UserService.method.updateUser,
    {
      companyName: 'Dana Design',
      taxId: 'DE123456789',
      address: { line1: 'Torstr. 1', city: 'Berlin', postalCode: '10119', countryCode: 'DE' },
      paymentAccount: { accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' },
      electronicAddress: { scheme: '9930', identifier: 'DE123456789' },
      contact: { phone: '+49 30 1234567' },
      legalRegistration: { identifier: 'HRB 12345 B' },
    },
  ],
  [UserService.method.changePassword, { currentPassword: 'correct horse', newPassword: 'correct horse battery' }],
  [PasswordResetService.method.requestPasswordReset, { email: 'dana@example.com' }],
  [
    PasswordResetService.method.confirmPasswordReset,
    { token: 'dG9rZW4gb2YgYSBtYWlsIGFib3V0IGEgcGFzc3dvcmQ', newPassword: 'correct horse battery' },
  ],
  [
    CustomerBulkService.method.importCustomers,
    'name,email,country_code,reference,electronic_address\n' +
      'Ada Bakery,ada@bakery.example,GB,C-1001,\nCity of Köln,,DE,C-1002,0204:991-01484-64\n',
  ],
  [
    InvoiceService.method.previewInvoice,
    { currencyCode: 'EUR', deliveryDate: '2026-11-20', purchaseOrderReference: 'PO-4711', lines: [line] },
  ],
  // Without a number, like every invoice that was not issued elsewhere.
  [InvoiceService.method.finalizeInvoice, {}],
  [InvoiceService.method.reversePayment, { reason: 'The bank returned it.' }],
  [
    InvoiceService.method.planInstalments,
    {
      instalments: [
        { dueDate: '2026-12-31', amountMinor: '5000' },
        { dueDate: '2027-01-31', amountMinor: '6899' },
      ],
    },
  ],
  [InvoiceService.method.writeOffInvoice, { amountMinor: '99', reason: 'Bank fees.' }],
  [InvoiceBulkService.method.batchSendInvoices, { invoiceIds: [INVOICE_ID] }],
  [InvoiceBulkService.method.batchVoidInvoices, { invoiceIds: [INVOICE_ID] }],
  [
    InvoiceBulkService.method.importInvoices,
    'invoice,customer_reference,currency_code,due_date,delivery_date,description,quantity,unit_price,tax_percent\n' +
      '1,C-1001,EUR,2026-12-31,2026-11-20,Bread design,2,49.995,19\n1,C-1001,EUR,2026-12-31,,Printing,1,20,19\n',
  ],
  [
    NumberSeriesService.method.createNumberSeries,
    { name: 'shop', documentType: 'INVOICE', pattern: 'SHOP-{YYYY}-{SEQ:5}', reset: 'YEARLY' },
  ],
  [NumberSeriesService.method.updateNumberSeries, { nextSequence: '1000' }],
  [InvoiceSettingsService.method.updateInvoiceSettings, { roundingPolicy: 'LINE' }],
  [MailSettingsService.method.updateMailSettings, { attachPdf: true, bccEmail: 'sent@dana.example' }],
  [
    ReminderSettingsService.method.updateReminderSettings,
    { steps: [{ daysBeforeDue: 14 }, { daysBeforeDue: 0 }, { daysAfterDue: 10 }], timeOfDay: '08:30' },
  ],
  [
    NotificationService.method.resendInvoice,
    { recipient: 'books@bakery.example', message: 'Here it is once more,\nas you asked on the phone.' },
  ],
  [NotificationService.method.resendQuote, { message: 'Have you come to a decision?' }],
  [NotificationService.method.resendCreditNote, { recipient: 'books@bakery.example' }],
  [CreditNoteService.method.issueCreditNote, { reason: 'One was returned.', lines: returned.lines }],
  [CreditNoteService.method.previewCreditNote, returned],
  [CustomerLedgerService.method.recordDeposit, { amountMinor: '10000', currencyCode: 'EUR', method: 'bank transfer' }],
  [CustomerLedgerService.method.refundCredit, { amountMinor: '2500', currencyCode: 'EUR', method: 'bank transfer' }],
  [CustomerLedgerService.method.applyCredit, { amountMinor: '1000' }],
  [
    QuoteService.method.createQuote,
    {
      invoice: { customerId: CUSTOMER_ID, currencyCode: 'EUR', lines: [line] },
      expireDate: '2026-12-31',
      dueDays: 14,
    },
  ],
  [QuoteService.method.sendQuote, { message: 'Good morning Ada,\nhere is what we talked about.' }],
  [QuoteService.method.updateQuote, { expireDate: '2027-01-31', invoice: { memo: 'Thank you.' } }],
  [
    RecurringInvoiceService.method.createRecurringInvoice,
    {
      frequency: 'MONTH',
      startDate: '2027-01-31',
      mode: 'SEND',
      dueDays: 14,
      period: 'FOLLOWING',
      invoice: {
        customerId: CUSTOMER_ID,
        currencyCode: 'EUR',
        lines: [{ description: 'Hosting {MM}/{YYYY}', quantity: '1', unitPrice: '49', taxPercent: '19' }],
      },
    },
  ],
  [
    WebhookService.method.createWebhookEndpoint,
    { url: 'https://shop.example/numer', eventTypes: ['invoice.sent', 'payment.recorded'] },
  ],
  [WebhookService.method.updateWebhookEndpoint, { disabled: false }],
  [RecurringInvoiceService.method.updateRecurringInvoice, { endDate: '2027-12-31', invoice: { memo: 'Thank you.' } }],
]);
