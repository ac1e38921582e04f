import type { ConnectRouter } from '@connectrpc/connect';
import { file_numer_invoice_v1_credit_note_events } from '../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { CreditNoteService } from '../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { file_numer_invoice_v1_customer_ledger_events } from '../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import { CustomerLedgerService } from '../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { InvoiceBulkService } from '../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { file_numer_invoice_v1_invoice_events } from '../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { file_numer_invoice_v1_invoice_settings_events } from '../../gen/numer/invoice/v1/invoice_settings_events_pb.ts';
import { InvoiceSettingsService } from '../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { file_numer_invoice_v1_number_series_events } from '../../gen/numer/invoice/v1/number_series_events_pb.ts';
import { NumberSeriesService } from '../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { file_numer_invoice_v1_payment_events } from '../../gen/numer/invoice/v1/payment_events_pb.ts';
import { file_numer_invoice_v1_quote_events } from '../../gen/numer/invoice/v1/quote_events_pb.ts';
import { QuoteService } from '../../gen/numer/invoice/v1/quote_service_pb.ts';
import { file_numer_invoice_v1_recurring_invoice_events } from '../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { RecurringInvoiceService } from '../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { implement } from '../../runtime/call/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { defineService } from '../../runtime/process/service.ts';
import { onCustomerChanged } from './consumers/on-customer-changed.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { onUserUpdated } from './consumers/on-user-updated.ts';
import { createDeps, type Deps } from './deps.ts';
import { makeOccurrences } from './jobs/make-occurrences.ts';
import { acceptQuote } from './rpc/accept-quote.ts';
import { applyCredit } from './rpc/apply-credit.ts';
import { batchGetInvoices } from './rpc/batch-get-invoices.ts';
import { batchSendInvoices } from './rpc/batch-send-invoices.ts';
import { batchVoidInvoices } from './rpc/batch-void-invoices.ts';
import { convertQuote } from './rpc/convert-quote.ts';
import { createInvoice } from './rpc/create-invoice.ts';
import { createNumberSeries } from './rpc/create-number-series.ts';
import { createQuote } from './rpc/create-quote.ts';
import { createRecurringInvoice } from './rpc/create-recurring-invoice.ts';
import { declineQuote } from './rpc/decline-quote.ts';
import { deleteInvoice } from './rpc/delete-invoice.ts';
import { deleteQuote } from './rpc/delete-quote.ts';
import { deleteRecurringInvoice } from './rpc/delete-recurring-invoice.ts';
import { downloadInvoices } from './rpc/download-invoices.ts';
import { downloadLedgerEntries } from './rpc/download-ledger-entries.ts';
import { duplicateInvoice } from './rpc/duplicate-invoice.ts';
import { exportInvoices } from './rpc/export-invoices.ts';
import { finalizeInvoice } from './rpc/finalize-invoice.ts';
import { getCreditEntry } from './rpc/get-credit-entry.ts';
import { getCreditNote } from './rpc/get-credit-note.ts';
import { getCreditNoteCii } from './rpc/get-credit-note-cii.ts';
import { getCreditNoteUbl } from './rpc/get-credit-note-ubl.ts';
import { getCustomerBalances } from './rpc/get-customer-balances.ts';
import { getCustomerStatement } from './rpc/get-customer-statement.ts';
import { getInvoice } from './rpc/get-invoice.ts';
import { getInvoiceCii } from './rpc/get-invoice-cii.ts';
import { getInvoiceSettings } from './rpc/get-invoice-settings.ts';
import { getInvoiceUbl } from './rpc/get-invoice-ubl.ts';
import { getNumberSeries } from './rpc/get-number-series.ts';
import { getPayment } from './rpc/get-payment.ts';
import { getQuote } from './rpc/get-quote.ts';
import { getRecurringInvoice } from './rpc/get-recurring-invoice.ts';
import { importInvoices } from './rpc/import-invoices.ts';
import { issueCreditNote } from './rpc/issue-credit-note.ts';
import { listCreditEntries } from './rpc/list-credit-entries.ts';
import { listCreditNotes } from './rpc/list-credit-notes.ts';
import { listInvoices } from './rpc/list-invoices.ts';
import { listLedgerEntries } from './rpc/list-ledger-entries.ts';
import { listNumberSeries } from './rpc/list-number-series.ts';
import { listOccurrences } from './rpc/list-occurrences.ts';
import { listPayments } from './rpc/list-payments.ts';
import { listQuotes } from './rpc/list-quotes.ts';
import { listRecurringInvoices } from './rpc/list-recurring-invoices.ts';
import { markInvoiceUncollectible } from './rpc/mark-invoice-uncollectible.ts';
import { pauseRecurringInvoice } from './rpc/pause-recurring-invoice.ts';
import { planInstalments } from './rpc/plan-instalments.ts';
import { previewCreditNote } from './rpc/preview-credit-note.ts';
import { previewInvoice } from './rpc/preview-invoice.ts';
import { recordDeposit } from './rpc/record-deposit.ts';
import { recordPayment } from './rpc/record-payment.ts';
import { refundCredit } from './rpc/refund-credit.ts';
import { resumeRecurringInvoice } from './rpc/resume-recurring-invoice.ts';
import { reversePayment } from './rpc/reverse-payment.ts';
import { reviseInvoice } from './rpc/revise-invoice.ts';
import { sendInvoice } from './rpc/send-invoice.ts';
import { sendQuote } from './rpc/send-quote.ts';
import { updateInvoice } from './rpc/update-invoice.ts';
import { updateInvoiceSettings } from './rpc/update-invoice-settings.ts';
import { updateNumberSeries } from './rpc/update-number-series.ts';
import { updateQuote } from './rpc/update-quote.ts';
import { updateRecurringInvoice } from './rpc/update-recurring-invoice.ts';
import { voidInvoice } from './rpc/void-invoice.ts';
import { writeOffInvoice } from './rpc/write-off-invoice.ts';

/**
 * Invoices, their lines, payments and credit notes, the quotes and recurring invoices that they are made from, the
 * series that number them, and what customers owe and have in credit.
 */
export const invoiceService = defineService({
  name: 'invoice',
  migrations: new URL('./migrations/', import.meta.url),
  config: {},
  events: [
    file_numer_invoice_v1_invoice_events,
    file_numer_invoice_v1_number_series_events,
    file_numer_invoice_v1_payment_events,
    file_numer_invoice_v1_credit_note_events,
    file_numer_invoice_v1_invoice_settings_events,
    file_numer_invoice_v1_customer_ledger_events,
    file_numer_invoice_v1_quote_events,
    file_numer_invoice_v1_recurring_invoice_events,
  ],
  createDeps,
  routes(router, deps) {
    routeInvoices(router, deps);
    routeTemplates(router, deps);
  },
  consumers: [onCustomerChanged, onUserUpdated, onUserDeleted],
  jobs: [makeOccurrences, eraseAccounts],
});

/** What is owed: invoices, payments, credit notes, and the accounts of customers. */
function routeInvoices(router: ConnectRouter, deps: Deps): void {
  router.service(
    InvoiceService,
    implement(InvoiceService, deps, {
      createInvoice,
      previewInvoice,
      getInvoice,
      getInvoiceUbl,
      getInvoiceCii,
      listInvoices,
      updateInvoice,
      deleteInvoice,
      finalizeInvoice,
      sendInvoice,
      voidInvoice,
      markInvoiceUncollectible,
      duplicateInvoice,
      reviseInvoice,
      recordPayment,
      getPayment,
      listPayments,
      reversePayment,
      planInstalments,
      writeOffInvoice,
      batchGetInvoices,
      exportInvoices,
    }),
  );
  router.service(
    InvoiceBulkService,
    implement(InvoiceBulkService, deps, { batchSendInvoices, batchVoidInvoices, downloadInvoices, importInvoices }),
  );
  router.service(
    CreditNoteService,
    implement(CreditNoteService, deps, {
      issueCreditNote,
      previewCreditNote,
      getCreditNote,
      getCreditNoteUbl,
      getCreditNoteCii,
      listCreditNotes,
    }),
  );
  router.service(
    CustomerLedgerService,
    implement(CustomerLedgerService, deps, {
      recordDeposit,
      refundCredit,
      applyCredit,
      getCreditEntry,
      listCreditEntries,
      getCustomerBalances,
      getCustomerStatement,
      listLedgerEntries,
      downloadLedgerEntries,
    }),
  );
}

/** What invoices are made from: number series, settings, quotes and recurring invoices. */
function routeTemplates(router: ConnectRouter, deps: Deps): void {
  router.service(
    NumberSeriesService,
    implement(NumberSeriesService, deps, {
      createNumberSeries,
      getNumberSeries,
      listNumberSeries,
      updateNumberSeries,
    }),
  );
  router.service(
    InvoiceSettingsService,
    implement(InvoiceSettingsService, deps, { getInvoiceSettings, updateInvoiceSettings }),
  );
  router.service(
    QuoteService,
    implement(QuoteService, deps, {
      createQuote,
      getQuote,
      listQuotes,
      updateQuote,
      deleteQuote,
      sendQuote,
      acceptQuote,
      declineQuote,
      convertQuote,
    }),
  );
  router.service(
    RecurringInvoiceService,
    implement(RecurringInvoiceService, deps, {
      createRecurringInvoice,
      getRecurringInvoice,
      listRecurringInvoices,
      updateRecurringInvoice,
      deleteRecurringInvoice,
      pauseRecurringInvoice,
      resumeRecurringInvoice,
      listOccurrences,
    }),
  );
}
