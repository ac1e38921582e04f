import type { ListActivityChainRequestJson, ListActivityChainResponseJson, ListInvoiceActivitiesRequestJson, ListInvoiceActivitiesResponseJson, ListUserActivitiesRequestJson, ListUserActivitiesResponseJson, VerifyActivitiesRequestJson, VerifyActivitiesResponseJson } from "../numer/activity/v1/activity_service_pb.ts";
import type { GetCreditNoteCiiRequestJson, GetCreditNoteUblRequestJson, IssueCreditNoteRequestJson, ListCreditNotesRequestJson, ListCreditNotesResponseJson, PreviewCreditNoteRequestJson } from "../numer/invoice/v1/credit_note_service_pb.ts";
import type { CreditNoteJson } from "../numer/invoice/v1/credit_note_pb.ts";
import type { ApplyCreditRequestJson, DownloadLedgerEntriesRequestJson, GetCustomerBalancesResponseJson, GetCustomerStatementRequestJson, GetCustomerStatementResponseJson, ListCreditEntriesRequestJson, ListCreditEntriesResponseJson, ListLedgerEntriesRequestJson, ListLedgerEntriesResponseJson, RecordDepositRequestJson, RefundCreditRequestJson } from "../numer/invoice/v1/customer_ledger_service_pb.ts";
import type { CreditEntryJson } from "../numer/invoice/v1/customer_ledger_pb.ts";
import type { PaymentJson } from "../numer/invoice/v1/payment_pb.ts";
import type { BatchSendInvoicesRequestJson, BatchSendInvoicesResponseJson, BatchVoidInvoicesRequestJson, BatchVoidInvoicesResponseJson, DownloadInvoicesRequestJson, ImportInvoicesRequestJson, ImportInvoicesResponseJson } from "../numer/invoice/v1/invoice_bulk_service_pb.ts";
import type { InvoiceJson } from "../numer/invoice/v1/invoice_pb.ts";
import type { FinalizeInvoiceRequestJson, GetInvoiceCiiRequestJson, GetInvoiceUblRequestJson, ListInvoicesRequestJson, ListInvoicesResponseJson, ListPaymentsRequestJson, ListPaymentsResponseJson, PlanInstalmentsRequestJson, PreviewInvoiceRequestJson, RecordPaymentRequestJson, ReversePaymentRequestJson, SendInvoiceRequestJson, UpdateInvoiceRequestJson, WriteOffInvoiceRequestJson } from "../numer/invoice/v1/invoice_service_pb.ts";
import type { InvoiceSettingsJson } from "../numer/invoice/v1/invoice_settings_pb.ts";
import type { UpdateInvoiceSettingsRequestJson } from "../numer/invoice/v1/invoice_settings_service_pb.ts";
import type { NumberSeriesJson } from "../numer/invoice/v1/number_series_pb.ts";
import type { ListNumberSeriesRequestJson, ListNumberSeriesResponseJson, UpdateNumberSeriesRequestJson } from "../numer/invoice/v1/number_series_service_pb.ts";
import type { QuoteJson } from "../numer/invoice/v1/quote_pb.ts";
import type { ListQuotesRequestJson, ListQuotesResponseJson, SendQuoteRequestJson, UpdateQuoteRequestJson } from "../numer/invoice/v1/quote_service_pb.ts";
import type { RecurringInvoiceJson } from "../numer/invoice/v1/recurring_invoice_pb.ts";
import type { ListOccurrencesRequestJson, ListOccurrencesResponseJson, ListRecurringInvoicesRequestJson, ListRecurringInvoicesResponseJson, UpdateRecurringInvoiceRequestJson } from "../numer/invoice/v1/recurring_invoice_service_pb.ts";
import type { DocumentLinkJson } from "../numer/notification/v1/document_link_pb.ts";
import type { GetCustomerStatementPdfRequestJson } from "../numer/notification/v1/document_service_pb.ts";
import type { MailSettingsJson } from "../numer/notification/v1/mail_settings_pb.ts";
import type { UpdateMailSettingsRequestJson } from "../numer/notification/v1/mail_settings_service_pb.ts";
import type { ListNotificationsRequestJson, ListNotificationsResponseJson, ResendCreditNoteRequestJson, ResendInvoiceRequestJson, ResendQuoteRequestJson } from "../numer/notification/v1/notification_service_pb.ts";
import type { NotificationJson } from "../numer/notification/v1/notification_pb.ts";
import type { WebhookEndpointJson } from "../numer/notification/v1/webhook_endpoint_pb.ts";
import type { CreateWebhookEndpointResponseJson, ListWebhookDeliveriesRequestJson, ListWebhookDeliveriesResponseJson, ListWebhookEndpointsRequestJson, ListWebhookEndpointsResponseJson, ListWebhookEventTypesRequestJson, ListWebhookEventTypesResponseJson, RotateWebhookSecretResponseJson, UpdateWebhookEndpointRequestJson } from "../numer/notification/v1/webhook_service_pb.ts";
import type { WebhookDeliveryJson } from "../numer/notification/v1/webhook_delivery_pb.ts";
import type { CreateReminderRequestJson, ListRemindersRequestJson, ListRemindersResponseJson } from "../numer/reminder/v1/reminder_service_pb.ts";
import type { ReminderJson, ReminderPlanJson } from "../numer/reminder/v1/reminder_pb.ts";
import type { ReminderSettingsJson } from "../numer/reminder/v1/reminder_settings_pb.ts";
import type { UpdateReminderSettingsRequestJson } from "../numer/reminder/v1/reminder_settings_service_pb.ts";
import type { ExchangeRateJson } from "../numer/stats/v1/exchange_rate_pb.ts";
import type { ListExchangeRatesRequestJson, ListExchangeRatesResponseJson } from "../numer/stats/v1/exchange_rate_service_pb.ts";
import type { GetStatsResponseJson, ListCustomerStatsRequestJson, ListCustomerStatsResponseJson, ListMonthlyStatsRequestJson, ListMonthlyStatsResponseJson } from "../numer/stats/v1/stats_service_pb.ts";
import type { ApiKeyJson } from "../numer/user/v1/api_key_pb.ts";
import type { CreateApiKeyResponseJson, ListApiKeysRequestJson, ListApiKeysResponseJson } from "../numer/user/v1/api_key_service_pb.ts";
import type { DownloadCustomersRequestJson, ImportCustomersRequestJson, ImportCustomersResponseJson } from "../numer/user/v1/customer_bulk_service_pb.ts";
import type { CustomerJson } from "../numer/user/v1/customer_pb.ts";
import type { ListCustomersRequestJson, ListCustomersResponseJson, UpdateCustomerRequestJson } from "../numer/user/v1/customer_service_pb.ts";
import type { UserJson } from "../numer/user/v1/user_pb.ts";
import type { ConfirmPasswordResetRequestJson, RequestPasswordResetRequestJson } from "../numer/user/v1/password_reset_service_pb.ts";
import type { CreateSessionRequestJson, CreateSessionResponseJson, RefreshSessionRequestJson, RefreshSessionResponseJson } from "../numer/user/v1/session_service_pb.ts";
import type { ChangePasswordRequestJson, CreateUserRequestJson, UpdateUserRequestJson } from "../numer/user/v1/user_service_pb.ts";

// @generated by proto/client-plugin. Change the protos and run `make generate`.
/* eslint-disable */

/** The fields of `T` without those `Left` to the path or the server. Those `Needed` are required. */
type Input<T, Needed extends keyof T = never, Left extends keyof T = never> = Omit<T, Needed | Left> & {
  [K in Needed]-?: T[K];
};

/** A JSON merge patch (RFC 7396): what is absent stays, null clears, lists are replaced. */
type Patch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Patch<T[K]> | null } : T;

/** Query parameters: a repeated field takes one value or several. */
type Query<T> = { [K in keyof T]: T[K] extends readonly (infer Item)[] | undefined ? Item | readonly Item[] : T[K] };

/**
 * The routes of the REST API, by method and path.
 */
export interface Routes {
  /**
   * Lists everything that happened in the caller's account, newest first.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.activity.v1.ActivityService.ListUserActivities
   */
  "GET /activities/user": {
    query?: Query<ListUserActivitiesRequestJson>;
    response: ListUserActivitiesResponseJson;
  };

  /**
   * Lists what happened to one invoice of the caller, newest first.
   *
   * Fails with INVOICE_NOT_FOUND and INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.activity.v1.ActivityService.ListInvoiceActivities
   */
  "GET /activities/invoice/{invoiceId}": {
    path: { invoiceId: string; };
    query?: Query<Omit<ListInvoiceActivitiesRequestJson, "invoiceId">>;
    response: ListInvoiceActivitiesResponseJson;
  };

  /**
   * Lists the entries of the caller's hash chain in the order of recording, oldest first, with everything that their
   * hashes are computed from. docs/audit.md explains how.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.activity.v1.ActivityService.ListActivityChain
   */
  "GET /activities/chain": {
    query?: Query<ListActivityChainRequestJson>;
    response: ListActivityChainResponseJson;
  };

  /**
   * Recomputes the hashes of the caller's hash chain and reports the first place where it differs from what was
   * recorded. One call checks up to 10,000 entries; the next page continues from there.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.activity.v1.ActivityService.VerifyActivities
   */
  "GET /activities/verification": {
    query?: Query<VerifyActivitiesRequestJson>;
    response: VerifyActivitiesResponseJson;
  };

  /**
   * Takes back parts of an opened invoice, an amount of it, or all that remains, but never more than that. Taxes follow
   * in proportion, so that the credit notes of an invoice add up to it exactly. The credit note first reduces what is
   * due; the part above that becomes credit of the customer. When nothing is left to pay, the invoice is PAID. A
   * customer who got the invoice by mail gets the credit note by mail; ResendCreditNote mails it again.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_HAS_WRITE_OFFS, CREDIT_EXCEEDS_REMAINING, NUMBER_SERIES_NOT_FOUND,
   * NUMBER_TAKEN, AMOUNT_TOO_LARGE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.IssueCreditNote
   */
  "POST /invoices/{invoiceId}/credit-notes": {
    path: { invoiceId: string; };
    body: Input<IssueCreditNoteRequestJson, "reason", "invoiceId">;
    response: CreditNoteJson;
  };

  /**
   * Calculates a credit note without storing it. The response is the credit note that IssueCreditNote would issue now,
   * without id, number and time. The same rules apply, except that the reason may be left out.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_HAS_WRITE_OFFS, CREDIT_EXCEEDS_REMAINING and NUMBER_SERIES_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.PreviewCreditNote
   */
  "POST /credit-notes/preview": {
    body: Input<PreviewCreditNoteRequestJson, "invoiceId">;
    response: CreditNoteJson;
  };

  /**
   * Returns one credit note.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.GetCreditNote
   */
  "GET /credit-notes/{creditNoteId}": {
    path: { creditNoteId: string; };
    response: CreditNoteJson;
  };

  /**
   * Returns a credit note as an electronic document in UBL 2.1: an XML document in UTF-8, according to EN 16931, that
   * meets the requested specification. The bytes are the same each time.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND, and with E_INVOICE_IMPOSSIBLE when the specification cannot express what the
   * credit note says, or requires what it does not say: the violations name each field and the rule.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.GetCreditNoteUbl
   */
  "GET /credit-notes/{creditNoteId}/ubl": {
    path: { creditNoteId: string; };
    query?: Query<Omit<GetCreditNoteUblRequestJson, "creditNoteId">>;
    response: Blob;
  };

  /**
   * Returns a credit note as an electronic document in UN/CEFACT Cross Industry Invoice D16B: an XML document in UTF-8,
   * according to EN 16931. It has the same content as GetCreditNoteUbl returns, for the same specifications, in the
   * other syntax of the standard.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND and E_INVOICE_IMPOSSIBLE, as GetCreditNoteUbl does.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.GetCreditNoteCii
   */
  "GET /credit-notes/{creditNoteId}/cii": {
    path: { creditNoteId: string; };
    query?: Query<Omit<GetCreditNoteCiiRequestJson, "creditNoteId">>;
    response: Blob;
  };

  /**
   * Lists credit notes, newest first. A page costs the same however many there are. When few match the filters, a page may
   * therefore be shorter than requested, or empty, although there is a next page. A page is also shorter when its credit notes
   * are large: several come to at most 4 MiB.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.ListCreditNotes
   */
  "GET /credit-notes": {
    query?: Query<ListCreditNotesRequestJson>;
    response: ListCreditNotesResponseJson;
  };

  /**
   * Records money that was received before there is an invoice. It becomes credit of the customer.
   *
   * Fails with CUSTOMER_NOT_FOUND and AMOUNT_TOO_LARGE.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.RecordDeposit
   */
  "POST /customers/{customerId}/deposits": {
    path: { customerId: string; };
    body: Input<RecordDepositRequestJson, "amountMinor" | "currencyCode", "customerId">;
    response: CreditEntryJson;
  };

  /**
   * Records that credit was paid out to the customer. The amount can never exceed the credit. The customer may have
   * been deleted.
   *
   * Fails with CUSTOMER_NOT_FOUND and INSUFFICIENT_CREDIT.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.RefundCredit
   */
  "POST /customers/{customerId}/refunds": {
    path: { customerId: string; };
    body: Input<RefundCreditRequestJson, "amountMinor" | "currencyCode", "customerId">;
    response: CreditEntryJson;
  };

  /**
   * Pays an open or uncollectible invoice from its customer's credit, in part or in full. When nothing is left to pay,
   * the invoice is PAID.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INSUFFICIENT_CREDIT, OVERPAYMENT and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.ApplyCredit
   */
  "POST /invoices/{invoiceId}/apply-credit": {
    path: { invoiceId: string; };
    body?: Input<ApplyCreditRequestJson, never, "invoiceId">;
    response: PaymentJson;
  };

  /**
   * Returns one change of a customer's credit.
   *
   * Fails with CREDIT_ENTRY_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.GetCreditEntry
   */
  "GET /customers/{customerId}/credit-entries/{creditEntryId}": {
    path: { customerId: string; creditEntryId: string; };
    response: CreditEntryJson;
  };

  /**
   * Lists the changes of a customer's credit, newest first. They remain after the customer is deleted.
   *
   * Fails with CUSTOMER_NOT_FOUND and INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.ListCreditEntries
   */
  "GET /customers/{customerId}/credit-entries": {
    path: { customerId: string; };
    query?: Query<Omit<ListCreditEntriesRequestJson, "customerId">>;
    response: ListCreditEntriesResponseJson;
  };

  /**
   * Returns what a customer owes and has in credit, for each currency that ever had an entry. The balances remain after
   * the customer is deleted.
   *
   * Fails with CUSTOMER_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.GetCustomerBalances
   */
  "GET /customers/{customerId}/balances": {
    path: { customerId: string; };
    response: GetCustomerBalancesResponseJson;
  };

  /**
   * Returns every document and payment of a customer, oldest first, each with the resulting balance in its currency.
   * The statement remains after the customer is deleted.
   *
   * Fails with CUSTOMER_NOT_FOUND and INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.GetCustomerStatement
   */
  "GET /customers/{customerId}/statement": {
    path: { customerId: string; };
    query?: Query<Omit<GetCustomerStatementRequestJson, "customerId">>;
    response: GetCustomerStatementResponseJson;
  };

  /**
   * Lists the documents and payments of all customers, newest first by entry date, and those of one day in the reverse
   * order of their recording. Entries remain after their customer is deleted.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.ListLedgerEntries
   */
  "GET /ledger-entries": {
    query?: Query<ListLedgerEntriesRequestJson>;
    response: ListLedgerEntriesResponseJson;
  };

  /**
   * Returns a list of ledger entries as a CSV file (RFC 4180, UTF-8). It comes in parts; over REST the parts form one
   * file. Amounts are decimals in the entry's currency, not minor units, and in each row due - credit is amount. A text
   * that a spreadsheet would take for a formula is preceded by an apostrophe.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.CustomerLedgerService.DownloadLedgerEntries
   */
  "GET /ledger-entries/csv": {
    query?: Query<DownloadLedgerEntriesRequestJson>;
    response: Blob;
  };

  /**
   * Sends up to 100 invoices one after the other, in the given order, so that their numbers follow that order. Each is
   * sent or refused on its own, as by SendInvoice: a refusal is reported in its result and does not stop the others. A
   * retry with the same idempotency key continues where the first request was cut off, and sends none twice.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.BatchSendInvoices
   */
  "POST /invoices/batch-send": {
    body: Input<BatchSendInvoicesRequestJson, "invoiceIds">;
    response: BatchSendInvoicesResponseJson;
  };

  /**
   * Voids up to 100 invoices, each as by VoidInvoice. Results and retries are as for BatchSendInvoices.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.BatchVoidInvoices
   */
  "POST /invoices/batch-void": {
    body: Input<BatchVoidInvoicesRequestJson, "invoiceIds">;
    response: BatchVoidInvoicesResponseJson;
  };

  /**
   * Returns a list of invoices as a CSV file (RFC 4180, UTF-8). It comes in parts; over REST the parts form one file.
   * Amounts are decimals in the invoice's currency, not minor units, and each row adds up: subtotal - discount -
   * allowances + charges + tax is total, total - retained - prepaid + rounding is payable, and paid + credited + due is
   * payable, too; written_off is the part of credited that was written off, and early_payment_discount the part of that
   * which was granted as a discount. For a line, gross - discount - allowances + charges - included_tax is net. A text
   * that a spreadsheet would take for a formula is preceded by an apostrophe.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.DownloadInvoices
   */
  "GET /invoices/csv": {
    query?: Query<DownloadInvoicesRequestJson>;
    response: Blob;
  };

  /**
   * Imports invoices from a CSV file: creates drafts, and records invoices that another system issued. The file has a
   * header row, is separated by commas, semicolons or tabs, and has one row for each line of an invoice, at most 2,000
   * rows and 200 invoices. It is text in UTF-8, unless its content type names another encoding, e.g. `text/csv;
   * charset=windows-1252`. If any row has an error, nothing is imported.
   *
   * Rows with the same text in the column `invoice` form one invoice. Its first row determines customer_id or
   * customer_reference, due_date or due_days, early_payment_discount_percent and early_payment_discount_days,
   * currency_code, issue_date, delivery_date, period_start_date, period_end_date, buyer_reference,
   * purchase_order_reference, memo, number_series, tags separated by commas, number and total; its other rows may leave
   * them out. The columns of lines are description, quantity, unit_code, unit_price, discount_percent and tax_percent.
   *
   * A draft without an early-payment discount gets that of the account's invoice settings; 0 in its columns stands for
   * none. An invoice with a `number` has none unless its row gives one.
   *
   * An invoice with a `number` is recorded as issued elsewhere, as by FinalizeInvoice; without one it becomes a draft.
   * `total` is the total that the invoice must have, e.g. 119.00; a different calculated total is an error.
   *
   * Decimals are written 1234.56 and dates 2026-12-31, unless decimal_separator and date_format say otherwise; nothing
   * is guessed. Thousands separators are read where a number can only mean one thing, as 1,234.56 does, and are errors
   * otherwise, as in 1,234.
   *
   * A file of DownloadInvoices is refused: it does not have all that invoices consist of.
   *
   * The invoices are created one after the other. A retry with the same idempotency key creates none twice. A retry
   * without a key, after a request that was cut off, creates drafts once more, and is refused if an invoice was
   * recorded, since its number is taken.
   *
   * Fails with IMPORT_INVALID, and when a number is given to another invoice in the meantime with NUMBER_TAKEN and
   * NUMBER_RESERVED.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.ImportInvoices
   */
  "POST /invoices/import": {
    query?: Query<Omit<ImportInvoicesRequestJson, "file">>;
    body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string;
    response: ImportInvoicesResponseJson;
  };

  /**
   * Creates a draft invoice. Totals are calculated by the service; totals in the request are ignored.
   *
   * Fails with CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE and NEGATIVE_TOTAL.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.CreateInvoice
   */
  "POST /invoices": {
    body: Input<InvoiceJson, "customerId", "id" | "number" | "state" | "subtotalMinor" | "discountMinor" | "taxMinor" | "totalMinor" | "paidMinor" | "dueMinor" | "taxes" | "overdue" | "partiallyPaid" | "seller" | "customer" | "createTime" | "updateTime" | "sendTime" | "payTime" | "voidTime" | "etag" | "availableActions" | "allowanceMinor" | "chargeMinor" | "retainedMinor" | "retainedTaxes" | "roundingMinor" | "payableMinor" | "openTime" | "unavailableActions" | "revisesInvoiceId" | "revisedByInvoiceId" | "creditedMinor" | "writtenOffMinor" | "creditNoteMinor" | "creditableMinor" | "instalments" | "nextDueDate" | "quoteId" | "recurringInvoiceId" | "occurrenceDate" | "revisesInvoiceNumber" | "issuedElsewhere">;
    response: InvoiceJson;
  };

  /**
   * Calculates an invoice without storing it. The response is the draft that CreateInvoice would create, without id,
   * times, number and version. The same rules apply, with two exceptions: customer and due date may be left out, and it
   * is not checked whether the customer and the number series exist.
   *
   * Fails with AMOUNT_TOO_LARGE and NEGATIVE_TOTAL.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.PreviewInvoice
   */
  "POST /invoices/preview": {
    query?: Query<Omit<PreviewInvoiceRequestJson, "invoice">>;
    body?: Input<InvoiceJson, never, "id" | "number" | "state" | "subtotalMinor" | "discountMinor" | "taxMinor" | "totalMinor" | "paidMinor" | "dueMinor" | "taxes" | "overdue" | "partiallyPaid" | "seller" | "customer" | "createTime" | "updateTime" | "sendTime" | "payTime" | "voidTime" | "etag" | "availableActions" | "allowanceMinor" | "chargeMinor" | "retainedMinor" | "retainedTaxes" | "roundingMinor" | "payableMinor" | "openTime" | "unavailableActions" | "revisesInvoiceId" | "revisedByInvoiceId" | "creditedMinor" | "writtenOffMinor" | "creditNoteMinor" | "creditableMinor" | "instalments" | "nextDueDate" | "quoteId" | "recurringInvoiceId" | "occurrenceDate" | "revisesInvoiceNumber" | "issuedElsewhere">;
    response: InvoiceJson;
  };

  /**
   * Returns one invoice.
   *
   * Fails with INVOICE_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.GetInvoice
   */
  "GET /invoices/{invoiceId}": {
    path: { invoiceId: string; };
    response: InvoiceJson;
  };

  /**
   * Returns an opened invoice as an electronic invoice in UBL 2.1: an XML document in UTF-8, according to EN 16931,
   * that meets the requested specification. It shows the invoice as it was opened, whatever happened afterwards, so the
   * bytes are the same each time.
   *
   * Fails with INVOICE_NOT_FOUND, and with E_INVOICE_IMPOSSIBLE when the specification cannot express what the invoice
   * says, or requires what it does not say: the violations name each field and the rule. For a draft they show what
   * would be wrong if it were opened now.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.GetInvoiceUbl
   */
  "GET /invoices/{invoiceId}/ubl": {
    path: { invoiceId: string; };
    query?: Query<Omit<GetInvoiceUblRequestJson, "invoiceId">>;
    response: Blob;
  };

  /**
   * Returns an opened invoice as an electronic invoice in UN/CEFACT Cross Industry Invoice D16B: an XML document in
   * UTF-8, according to EN 16931. It has the same content as GetInvoiceUbl returns, for the same specifications, in the
   * other syntax of the standard.
   *
   * Fails with INVOICE_NOT_FOUND and E_INVOICE_IMPOSSIBLE, as GetInvoiceUbl does.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.GetInvoiceCii
   */
  "GET /invoices/{invoiceId}/cii": {
    path: { invoiceId: string; };
    query?: Query<Omit<GetInvoiceCiiRequestJson, "invoiceId">>;
    response: Blob;
  };

  /**
   * Lists invoices, by default newest first and without their lines. A page costs the same however many invoices there
   * are. When few invoices match the filters, a page may therefore be shorter than requested, or empty, although there
   * is a next page. A page is also shorter when its invoices are large: several invoices come to at most 4 MiB.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.ListInvoices
   */
  "GET /invoices": {
    query?: Query<ListInvoicesRequestJson>;
    response: ListInvoicesResponseJson;
  };

  /**
   * Changes the given fields of an invoice and leaves the others as they are; totals are recalculated. Only drafts can
   * be changed, except for memo, metadata and tags, which can be changed in every state.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE,
   * NEGATIVE_TOTAL and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.UpdateInvoice
   */
  "PATCH /invoices/{invoiceId}": {
    path: { invoiceId: string; };
    query?: Query<Omit<UpdateInvoiceRequestJson, "invoice">>;
    body: Patch<Omit<InvoiceJson, "id" | "number" | "state" | "subtotalMinor" | "discountMinor" | "taxMinor" | "totalMinor" | "paidMinor" | "dueMinor" | "taxes" | "overdue" | "partiallyPaid" | "seller" | "customer" | "createTime" | "updateTime" | "sendTime" | "payTime" | "voidTime" | "etag" | "availableActions" | "allowanceMinor" | "chargeMinor" | "retainedMinor" | "retainedTaxes" | "roundingMinor" | "payableMinor" | "openTime" | "unavailableActions" | "revisesInvoiceId" | "revisedByInvoiceId" | "creditedMinor" | "writtenOffMinor" | "creditNoteMinor" | "creditableMinor" | "instalments" | "nextDueDate" | "quoteId" | "recurringInvoiceId" | "occurrenceDate" | "revisesInvoiceNumber" | "issuedElsewhere">>;
    response: InvoiceJson;
  };

  /**
   * Deletes a draft invoice.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.DeleteInvoice
   */
  "DELETE /invoices/{invoiceId}": {
    path: { invoiceId: string; };
    response: undefined;
  };

  /**
   * Opens a draft without mailing it: assigns the next number of its series and freezes it with the details of both
   * parties. An invoice with nothing to pay is PAID at once. Opening a revision voids the invoice that it replaces.
   *
   * With a `number`, it records an invoice that another system issued, under this number and the issue date of the
   * draft. Then no number series advances, and payments dated before the day of recording are not confirmed by mail.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_EMPTY, INVOICE_HAS_PAYMENTS, INVOICE_HAS_WRITE_OFFS,
   * INVOICE_HAS_CREDIT_NOTES, CUSTOMER_DELETED, NUMBER_TAKEN, NUMBER_RESERVED and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.FinalizeInvoice
   */
  "POST /invoices/{invoiceId}/finalize": {
    path: { invoiceId: string; };
    body?: Input<FinalizeInvoiceRequestJson, never, "invoiceId">;
    response: InvoiceJson;
  };

  /**
   * Sends an invoice to the customer by mail. A draft is opened first, as by FinalizeInvoice; an invoice that was
   * finalized is only mailed. An invoice can be sent once; ResendInvoice mails it again.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_EMPTY, INVOICE_HAS_PAYMENTS, INVOICE_HAS_WRITE_OFFS,
   * INVOICE_HAS_CREDIT_NOTES, CUSTOMER_DELETED, CUSTOMER_WITHOUT_EMAIL, NUMBER_TAKEN and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.SendInvoice
   */
  "POST /invoices/send": {
    body: Input<SendInvoiceRequestJson, "invoiceId">;
    response: InvoiceJson;
  };

  /**
   * Sends an invoice to the customer by mail. A draft is opened first, as by FinalizeInvoice; an invoice that was
   * finalized is only mailed. An invoice can be sent once; ResendInvoice mails it again.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_EMPTY, INVOICE_HAS_PAYMENTS, INVOICE_HAS_WRITE_OFFS,
   * INVOICE_HAS_CREDIT_NOTES, CUSTOMER_DELETED, CUSTOMER_WITHOUT_EMAIL, NUMBER_TAKEN and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.SendInvoice
   */
  "POST /invoices/{invoiceId}/send": {
    path: { invoiceId: string; };
    body?: Input<SendInvoiceRequestJson, never, "invoiceId">;
    response: InvoiceJson;
  };

  /**
   * Cancels an open or uncollectible invoice, which keeps its number, or a paid one of which nothing can be credited,
   * because nothing was ever due on it. A customer who got mail about the invoice is notified by mail.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_HAS_PAYMENTS, INVOICE_HAS_WRITE_OFFS, INVOICE_HAS_CREDIT_NOTES and
   * ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.VoidInvoice
   */
  "POST /invoices/{invoiceId}/void": {
    path: { invoiceId: string; };
    response: InvoiceJson;
  };

  /**
   * Marks an open invoice as a bad debt.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.MarkInvoiceUncollectible
   */
  "POST /invoices/{invoiceId}/mark-uncollectible": {
    path: { invoiceId: string; };
    response: InvoiceJson;
  };

  /**
   * Creates a draft with the content of an invoice in any state: its lines, amounts, memo, currency and references. The
   * draft is due as many days after today as the invoice is after its issue date. It has no delivery date, no period and
   * no prepaid amount, since those of the invoice belong to another supply.
   *
   * Fails with INVOICE_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.DuplicateInvoice
   */
  "POST /invoices/{invoiceId}/duplicate": {
    path: { invoiceId: string; };
    response: InvoiceJson;
  };

  /**
   * Creates a draft that is to replace an open or uncollectible invoice without payments, write-offs and credit notes, or
   * a paid one that can be voided. The draft has the same content and dates, and can be changed like any draft. Opening
   * it voids the invoice that it replaces, which stays as it is until then.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, INVOICE_HAS_PAYMENTS, INVOICE_HAS_WRITE_OFFS and INVOICE_HAS_CREDIT_NOTES.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.ReviseInvoice
   */
  "POST /invoices/{invoiceId}/revise": {
    path: { invoiceId: string; };
    response: InvoiceJson;
  };

  /**
   * Records a payment of an open or uncollectible invoice. When nothing is left to pay, the invoice is PAID. An amount
   * above what is due is refused, or becomes credit of the customer if the request says so; in that case the invoice
   * may already be paid. If the payment reaches the amount less the early-payment discount in time, the
   * discount is granted together with it.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, OVERPAYMENT, AMOUNT_TOO_LARGE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.RecordPayment
   */
  "POST /invoices/{invoiceId}/payments": {
    path: { invoiceId: string; };
    body: Input<RecordPaymentRequestJson, "amountMinor", "invoiceId">;
    response: PaymentJson;
  };

  /**
   * Returns one payment.
   *
   * Fails with INVOICE_NOT_FOUND and PAYMENT_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.GetPayment
   */
  "GET /invoices/{invoiceId}/payments/{paymentId}": {
    path: { invoiceId: string; paymentId: string; };
    response: PaymentJson;
  };

  /**
   * Lists the payments of an invoice, including applied credit, write-offs and discounts, newest first. Reversed payments stay in
   * the list.
   *
   * Fails with INVOICE_NOT_FOUND and INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.ListPayments
   */
  "GET /invoices/{invoiceId}/payments": {
    path: { invoiceId: string; };
    query?: Query<Omit<ListPaymentsRequestJson, "invoiceId">>;
    response: ListPaymentsResponseJson;
  };

  /**
   * Reverses a payment, applied credit or a write-off that was recorded by mistake. A payment can be reversed only
   * once. The amount is due again, and a paid invoice is open again; an early-payment discount that was
   * granted is due again as well. Credit that resulted from the payment is taken back, and credit that was applied is
   * given back. A customer who got a confirmation of the payment by mail is
   * notified by mail.
   *
   * Fails with INVOICE_NOT_FOUND, PAYMENT_NOT_FOUND, PAYMENT_REVERSED, CREDIT_USED, AMOUNT_TOO_LARGE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.ReversePayment
   */
  "POST /invoices/{invoiceId}/payments/{paymentId}/reverse": {
    path: { invoiceId: string; paymentId: string; };
    body: Input<ReversePaymentRequestJson, "reason", "invoiceId" | "paymentId">;
    response: PaymentJson;
  };

  /**
   * Plans the payment of an open invoice in instalments, which must add up to what is to be paid. Without any, the
   * invoice is to be paid in one sum again. The invoice is overdue when its first unsettled instalment is. Reminders
   * that are still scheduled follow the days of the instalments. The due date does not change.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.PlanInstalments
   */
  "POST /invoices/{invoiceId}/instalments": {
    path: { invoiceId: string; };
    body?: Input<PlanInstalmentsRequestJson, never, "invoiceId">;
    response: InvoiceJson;
  };

  /**
   * Writes off what is due on an open or uncollectible invoice, in part or in full. When nothing is left to pay, the
   * invoice is PAID. The write-off is listed with the payments, and can be reversed like them.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, OVERPAYMENT and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.WriteOffInvoice
   */
  "POST /invoices/{invoiceId}/write-off": {
    path: { invoiceId: string; };
    body: Input<WriteOffInvoiceRequestJson, "reason", "invoiceId">;
    response: PaymentJson;
  };

  /**
   * Returns the settings for invoices.
   *
   * @generated from rpc numer.invoice.v1.InvoiceSettingsService.GetInvoiceSettings
   */
  "GET /invoice-settings": {
    response: InvoiceSettingsJson;
  };

  /**
   * Changes the given settings for invoices and leaves the others as they are. Existing invoices keep what they have.
   *
   * Fails with ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceSettingsService.UpdateInvoiceSettings
   */
  "PATCH /invoice-settings": {
    query?: Query<Omit<UpdateInvoiceSettingsRequestJson, "settings">>;
    body: Patch<Omit<InvoiceSettingsJson, "updateTime" | "etag">>;
    response: InvoiceSettingsJson;
  };

  /**
   * Adds a number series. A user can add at most 100. One is refused whose next number belongs to another document, or
   * whose numbers would today be those of another series for the same kind of document, apart from their sequence.
   *
   * Fails with NUMBER_SERIES_EXISTS, NUMBER_RESERVED, NUMBER_TAKEN and LIMIT_REACHED.
   *
   * @generated from rpc numer.invoice.v1.NumberSeriesService.CreateNumberSeries
   */
  "POST /number-series": {
    body: Input<NumberSeriesJson, "name" | "documentType" | "pattern", "nextNumber" | "createTime" | "updateTime" | "etag">;
    response: NumberSeriesJson;
  };

  /**
   * Returns one number series.
   *
   * Fails with NUMBER_SERIES_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.NumberSeriesService.GetNumberSeries
   */
  "GET /number-series/{numberSeriesName}": {
    path: { numberSeriesName: string; };
    response: NumberSeriesJson;
  };

  /**
   * Lists the number series by name.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.NumberSeriesService.ListNumberSeries
   */
  "GET /number-series": {
    query?: Query<ListNumberSeriesRequestJson>;
    response: ListNumberSeriesResponseJson;
  };

  /**
   * Changes the given fields of a number series and leaves the others as they are. Numbers that were already assigned
   * do not change. A change is refused when the next number would then be one that was already assigned, as it can be
   * after a change of the reset; the error says which next sequence to give with it. A pattern that would give the
   * numbers of another series is refused as in CreateNumberSeries.
   *
   * Fails with NUMBER_SERIES_NOT_FOUND, SEQUENCE_USED, NUMBER_RESERVED, NUMBER_TAKEN and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.NumberSeriesService.UpdateNumberSeries
   */
  "PATCH /number-series/{numberSeriesName}": {
    path: { numberSeriesName: string; };
    query?: Query<Omit<UpdateNumberSeriesRequestJson, "numberSeries">>;
    body: Patch<Omit<NumberSeriesJson, "name" | "nextNumber" | "createTime" | "updateTime" | "etag">>;
    response: NumberSeriesJson;
  };

  /**
   * Creates a draft quote. Totals are calculated by the service, by the rules of invoices; totals in the request are
   * ignored.
   *
   * Fails with CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE and NEGATIVE_TOTAL.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.CreateQuote
   */
  "POST /quotes": {
    body: Input<QuoteJson, "invoice", "id" | "number" | "state" | "issueDate" | "seller" | "customer" | "invoiceId" | "createTime" | "updateTime" | "sendTime" | "acceptTime" | "declineTime" | "convertTime" | "etag" | "availableActions" | "unavailableActions">;
    response: QuoteJson;
  };

  /**
   * Returns one quote.
   *
   * Fails with QUOTE_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.GetQuote
   */
  "GET /quotes/{quoteId}": {
    path: { quoteId: string; };
    response: QuoteJson;
  };

  /**
   * Lists quotes, newest first. A page costs the same however many there are. When few match the filters, a page may
   * therefore be shorter than requested, or empty, although there is a next page. A page is also shorter when its quotes
   * are large: several come to at most 4 MiB.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.ListQuotes
   */
  "GET /quotes": {
    query?: Query<ListQuotesRequestJson>;
    response: ListQuotesResponseJson;
  };

  /**
   * Changes the given fields of a quote and leaves the others as they are; totals are recalculated. Only drafts can be
   * changed, except for the expiry date, which can be moved until the quote is accepted.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE, NEGATIVE_TOTAL
   * and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.UpdateQuote
   */
  "PATCH /quotes/{quoteId}": {
    path: { quoteId: string; };
    query?: Query<Omit<UpdateQuoteRequestJson, "quote">>;
    body: Patch<Omit<QuoteJson, "id" | "number" | "state" | "issueDate" | "seller" | "customer" | "invoiceId" | "createTime" | "updateTime" | "sendTime" | "acceptTime" | "declineTime" | "convertTime" | "etag" | "availableActions" | "unavailableActions">>;
    response: QuoteJson;
  };

  /**
   * Deletes a draft quote.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.DeleteQuote
   */
  "DELETE /quotes/{quoteId}": {
    path: { quoteId: string; };
    response: undefined;
  };

  /**
   * Sends a quote to the customer by mail: assigns the next number of its series to the draft and freezes it with the
   * details of both parties. A quote can be sent once; ResendQuote mails it again.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE, CUSTOMER_DELETED, CUSTOMER_WITHOUT_EMAIL, NUMBER_TAKEN and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.SendQuote
   */
  "POST /quotes/{quoteId}/send": {
    path: { quoteId: string; };
    body?: Input<SendQuoteRequestJson, never, "quoteId">;
    response: QuoteJson;
  };

  /**
   * Records that the customer accepted the quote. The quote must have been sent or declined before, and must not have
   * expired.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.AcceptQuote
   */
  "POST /quotes/{quoteId}/accept": {
    path: { quoteId: string; };
    response: QuoteJson;
  };

  /**
   * Records that the customer declined the quote, even if it was accepted before. A quote that became an invoice cannot
   * be declined.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.DeclineQuote
   */
  "POST /quotes/{quoteId}/decline": {
    path: { quoteId: string; };
    response: QuoteJson;
  };

  /**
   * Turns an accepted quote into an invoice: a draft with the same content, due `due_days` after its issue date. This
   * happens once; repeating the call returns the same invoice, as it is by then.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.QuoteService.ConvertQuote
   */
  "POST /quotes/{quoteId}/convert": {
    path: { quoteId: string; };
    response: InvoiceJson;
  };

  /**
   * Creates a recurring invoice, which is active at once. `catch_up` determines whether invoices are created for dates
   * of the schedule that have already passed. Totals are calculated by the service, by the rules of invoices; totals in
   * the request are ignored.
   *
   * Fails with CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE and NEGATIVE_TOTAL.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.CreateRecurringInvoice
   */
  "POST /recurring-invoices": {
    body: Input<RecurringInvoiceJson, "invoice" | "frequency" | "startDate", "id" | "state" | "nextDate" | "occurrenceCount" | "lastFailure" | "createTime" | "updateTime" | "etag">;
    response: RecurringInvoiceJson;
  };

  /**
   * Returns one recurring invoice.
   *
   * Fails with RECURRING_INVOICE_NOT_FOUND.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.GetRecurringInvoice
   */
  "GET /recurring-invoices/{recurringInvoiceId}": {
    path: { recurringInvoiceId: string; };
    response: RecurringInvoiceJson;
  };

  /**
   * Lists recurring invoices, newest first. A page costs the same however many there are. When few match the filters, a
   * page may therefore be shorter than requested, or empty, although there is a next page. A page is also shorter when its
   * recurring invoices are large: several come to at most 4 MiB.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.ListRecurringInvoices
   */
  "GET /recurring-invoices": {
    query?: Query<ListRecurringInvoicesRequestJson>;
    response: ListRecurringInvoicesResponseJson;
  };

  /**
   * Changes the given fields of a recurring invoice and leaves the others as they are. The change affects only invoices
   * that are yet to be created. If it changes the frequency, interval or start date, or makes an ended schedule
   * continue, it applies from today on: no invoice is created for dates before today, nor for dates up to the last one
   * that already has an invoice. If creating an invoice has failed, it is tried again at once.
   *
   * Fails with RECURRING_INVOICE_NOT_FOUND, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE, NEGATIVE_TOTAL and
   * ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.UpdateRecurringInvoice
   */
  "PATCH /recurring-invoices/{recurringInvoiceId}": {
    path: { recurringInvoiceId: string; };
    query?: Query<Omit<UpdateRecurringInvoiceRequestJson, "recurringInvoice">>;
    body: Patch<Omit<RecurringInvoiceJson, "id" | "state" | "nextDate" | "occurrenceCount" | "lastFailure" | "createTime" | "updateTime" | "etag">>;
    response: RecurringInvoiceJson;
  };

  /**
   * Deletes a recurring invoice. Invoices that it created stay; those that were still to be opened stay drafts.
   *
   * Fails with RECURRING_INVOICE_NOT_FOUND and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.DeleteRecurringInvoice
   */
  "DELETE /recurring-invoices/{recurringInvoiceId}": {
    path: { recurringInvoiceId: string; };
    response: undefined;
  };

  /**
   * Pauses a recurring invoice. Until it is resumed, it creates no invoices, and opens none of those that it has
   * created.
   *
   * Fails with RECURRING_INVOICE_NOT_FOUND, RECURRING_INVOICE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.PauseRecurringInvoice
   */
  "POST /recurring-invoices/{recurringInvoiceId}/pause": {
    path: { recurringInvoiceId: string; };
    response: RecurringInvoiceJson;
  };

  /**
   * Resumes a paused recurring invoice. `catch_up` determines whether invoices are created for the dates that passed
   * meanwhile.
   *
   * Fails with RECURRING_INVOICE_NOT_FOUND, RECURRING_INVOICE_STATE and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.ResumeRecurringInvoice
   */
  "POST /recurring-invoices/{recurringInvoiceId}/resume": {
    path: { recurringInvoiceId: string; };
    response: RecurringInvoiceJson;
  };

  /**
   * Lists the dates that a recurring invoice has created invoices for, latest first.
   *
   * Fails with RECURRING_INVOICE_NOT_FOUND and INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.invoice.v1.RecurringInvoiceService.ListOccurrences
   */
  "GET /recurring-invoices/{recurringInvoiceId}/occurrences": {
    path: { recurringInvoiceId: string; };
    query?: Query<Omit<ListOccurrencesRequestJson, "recurringInvoiceId">>;
    response: ListOccurrencesResponseJson;
  };

  /**
   * Returns the link of a document.
   *
   * Fails with DOCUMENT_NOT_FOUND, with INVOICE_STATE or QUOTE_STATE for a draft, which has no link, and with
   * PERMISSION_DENIED for a read-only API key, since the link allows answering a quote.
   *
   * @generated from rpc numer.notification.v1.DocumentLinkService.GetDocumentLink
   */
  "GET /document-links/{documentId}": {
    path: { documentId: string; };
    response: DocumentLinkJson;
  };

  /**
   * Replaces the link of a document with a new one, even if it was revoked. The previous link stops working everywhere
   * it was sent to.
   *
   * Fails with DOCUMENT_NOT_FOUND, with INVOICE_STATE or QUOTE_STATE for a draft, which has no link, and with ETAG_MISMATCH.
   *
   * @generated from rpc numer.notification.v1.DocumentLinkService.RotateDocumentLink
   */
  "POST /document-links/{documentId}/rotate": {
    path: { documentId: string; };
    response: DocumentLinkJson;
  };

  /**
   * Revokes the link of a document. The link stops working, and mails contain none, until the document is given a new
   * one.
   *
   * Fails with DOCUMENT_NOT_FOUND, with INVOICE_STATE or QUOTE_STATE for a draft, which has no link, and with ETAG_MISMATCH.
   *
   * @generated from rpc numer.notification.v1.DocumentLinkService.RevokeDocumentLink
   */
  "POST /document-links/{documentId}/revoke": {
    path: { documentId: string; };
    response: DocumentLinkJson;
  };

  /**
   * Returns an invoice as PDF, as it is now. Its lines and totals are those of opening. What was paid, credited and
   * written off since is below them, with the amount due as of today in the caller's time zone. It asks for what is
   * still due, and for nothing else: a paid invoice says when its last payment was, and a voided one is marked as void
   * and says when it was voided and what replaces it. Its memo and instalments, which can change after opening, are the
   * present ones. A draft is marked as such and shows the profile and the customer as they are now.
   *
   * The file stays the same from day to day until something is paid, credited or written off, and again once the
   * invoice is void. GetInvoiceFacturX shows an invoice as it was opened.
   *
   * Fails with INVOICE_NOT_FOUND and DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetInvoicePdf
   */
  "GET /invoices/{invoiceId}/pdf": {
    path: { invoiceId: string; };
    response: Blob;
  };

  /**
   * Returns a credit note as PDF.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND and DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetCreditNotePdf
   */
  "GET /credit-notes/{creditNoteId}/pdf": {
    path: { creditNoteId: string; };
    response: Blob;
  };

  /**
   * Returns an opened invoice as a Factur-X 1.0 (ZUGFeRD 2) document of the profile EN 16931: a PDF/A-3b with the
   * invoice embedded as `factur-x.xml`, the same as GetInvoiceCii returns by default. Its pages and its XML say the
   * same, except for electronic addresses, which are only in the XML. Both show the invoice as it was opened, whatever
   * happened afterwards: there are no payments, credits and instalments, the memo is that of opening, and a voided
   * invoice is not marked as void. So the pages do not ask for payment; they say how much was to be paid by when as of
   * the issue date, and that what happened since is not shown. A character that the font lacks appears as U+FFFD.
   *
   * Fails with INVOICE_NOT_FOUND and E_INVOICE_IMPOSSIBLE, as GetInvoiceCii does and also when a tax is split payment
   * or the scheme of an electronic address is 0219 or 0220, and with DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetInvoiceFacturX
   */
  "GET /invoices/{invoiceId}/factur-x": {
    path: { invoiceId: string; };
    response: Blob;
  };

  /**
   * Returns a credit note as a Factur-X 1.0 (ZUGFeRD 2) document of the profile EN 16931: a PDF/A-3b with the credit
   * note embedded as `factur-x.xml`, the same as GetCreditNoteCii returns by default. Its pages also show the supply
   * and the references of the invoice, as the XML does.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND and E_INVOICE_IMPOSSIBLE, as GetCreditNoteCii does and also when a tax is split
   * payment or the scheme of an electronic address is 0219 or 0220, and with DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetCreditNoteFacturX
   */
  "GET /credit-notes/{creditNoteId}/factur-x": {
    path: { creditNoteId: string; };
    response: Blob;
  };

  /**
   * Returns a quote as PDF. A draft is marked as such and shows the profile and the customer as they are now.
   *
   * Fails with QUOTE_NOT_FOUND and DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetQuotePdf
   */
  "GET /quotes/{quoteId}/pdf": {
    path: { quoteId: string; };
    response: Blob;
  };

  /**
   * Returns the statement of a customer as PDF: everything that GetCustomerStatement returns, on all its pages, with
   * the balance after each entry, and where to pay if something is owed. The details of the parties are the present
   * ones; those of a deleted customer are left out.
   *
   * Fails with CUSTOMER_NOT_FOUND, with DOCUMENT_TOO_LONG when it has more than 2,000 entries, and with CONFLICT when
   * the customer's account kept changing while it was read.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetCustomerStatementPdf
   */
  "GET /customers/{customerId}/statement/pdf": {
    path: { customerId: string; };
    query?: Query<Omit<GetCustomerStatementPdfRequestJson, "customerId">>;
    response: Blob;
  };

  /**
   * Returns the settings for mails.
   *
   * @generated from rpc numer.notification.v1.MailSettingsService.GetMailSettings
   */
  "GET /mail-settings": {
    response: MailSettingsJson;
  };

  /**
   * Changes the given settings for mails and leaves the others as they are. Mails that are already queued are sent
   * unchanged.
   *
   * Fails with ETAG_MISMATCH, and with PERMISSION_DENIED for an API key that changes who gets blind copies, since that
   * would outlive the key.
   *
   * @generated from rpc numer.notification.v1.MailSettingsService.UpdateMailSettings
   */
  "PATCH /mail-settings": {
    query?: Query<Omit<UpdateMailSettingsRequestJson, "settings">>;
    body: Patch<Omit<MailSettingsJson, "updateTime" | "etag">>;
    response: MailSettingsJson;
  };

  /**
   * Lists the notifications, newest first.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.notification.v1.NotificationService.ListNotifications
   */
  "GET /notifications": {
    query?: Query<ListNotificationsRequestJson>;
    response: ListNotificationsResponseJson;
  };

  /**
   * Returns one notification.
   *
   * Fails with NOTIFICATION_NOT_FOUND.
   *
   * @generated from rpc numer.notification.v1.NotificationService.GetNotification
   */
  "GET /notifications/{notificationId}": {
    path: { notificationId: string; };
    response: NotificationJson;
  };

  /**
   * Mails a sent invoice again, to the customer or to somebody else. The mail shows the invoice as it is now, with what
   * is still to be paid, which may be nothing, and has its PDF attached if the mail settings say so. A void invoice
   * cannot be mailed again. The invoice itself does not change; reminders and other mails still go to its own address.
   * If the invoice is voided before the mail is sent, the mail is not sent any more; whoever has already got it is
   * notified.
   *
   * Within 24 hours, an invoice is mailed again at most 5 times, and all documents of the account together at most 100
   * times to addresses other than their own; RATE_LIMITED says when the next time is possible.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, CUSTOMER_WITHOUT_EMAIL and RATE_LIMITED.
   *
   * @generated from rpc numer.notification.v1.NotificationService.ResendInvoice
   */
  "POST /invoices/{invoiceId}/resend": {
    path: { invoiceId: string; };
    body?: Input<ResendInvoiceRequestJson, never, "invoiceId">;
    response: NotificationJson;
  };

  /**
   * Mails a sent, unanswered quote again, as ResendInvoice does. An expired quote cannot be mailed again unless its
   * expiry date is moved first. If the quote is answered before the mail is sent, the mail is not sent any more. Where
   * mails contain links to their documents, whoever gets the mail can answer the quote.
   *
   * Fails with QUOTE_NOT_FOUND, QUOTE_STATE, CUSTOMER_WITHOUT_EMAIL and RATE_LIMITED.
   *
   * @generated from rpc numer.notification.v1.NotificationService.ResendQuote
   */
  "POST /quotes/{quoteId}/resend": {
    path: { quoteId: string; };
    body?: Input<ResendQuoteRequestJson, never, "quoteId">;
    response: NotificationJson;
  };

  /**
   * Mails a credit note again, as ResendInvoice does, or for the first time if it was not mailed because its invoice
   * was not.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND, CUSTOMER_WITHOUT_EMAIL and RATE_LIMITED.
   *
   * @generated from rpc numer.notification.v1.NotificationService.ResendCreditNote
   */
  "POST /credit-notes/{creditNoteId}/resend": {
    path: { creditNoteId: string; };
    body?: Input<ResendCreditNoteRequestJson, never, "creditNoteId">;
    response: NotificationJson;
  };

  /**
   * Adds a webhook endpoint. The response contains the secret that signs what is posted to it. The secret cannot be
   * read again, not even by a retry with the same idempotency key: if it is lost, rotate it. An API key cannot add an
   * endpoint, which would outlive it.
   *
   * Fails with LIMIT_REACHED when the user has 20 endpoints, and with PERMISSION_DENIED.
   *
   * @generated from rpc numer.notification.v1.WebhookService.CreateWebhookEndpoint
   */
  "POST /webhook-endpoints": {
    body: Input<WebhookEndpointJson, "url", "id" | "disableReason" | "firstFailureTime" | "previousSecretExpireTime" | "etag" | "createTime" | "updateTime">;
    response: CreateWebhookEndpointResponseJson;
  };

  /**
   * Returns one webhook endpoint, without its secret.
   *
   * Fails with WEBHOOK_ENDPOINT_NOT_FOUND.
   *
   * @generated from rpc numer.notification.v1.WebhookService.GetWebhookEndpoint
   */
  "GET /webhook-endpoints/{webhookEndpointId}": {
    path: { webhookEndpointId: string; };
    response: WebhookEndpointJson;
  };

  /**
   * Lists the webhook endpoints, newest first, without their secrets.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.notification.v1.WebhookService.ListWebhookEndpoints
   */
  "GET /webhook-endpoints": {
    query?: Query<ListWebhookEndpointsRequestJson>;
    response: ListWebhookEndpointsResponseJson;
  };

  /**
   * Lists the types of events that webhooks can get, by name. They are the same for every account; later versions may
   * have more.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.notification.v1.WebhookService.ListWebhookEventTypes
   */
  "GET /webhook-event-types": {
    query?: Query<ListWebhookEventTypesRequestJson>;
    response: ListWebhookEventTypesResponseJson;
  };

  /**
   * Changes the given fields of a webhook endpoint and leaves the others as they are. Queued deliveries are posted to
   * the URL that the endpoint has when they are posted. An API key cannot change the URL.
   *
   * Fails with WEBHOOK_ENDPOINT_NOT_FOUND, ETAG_MISMATCH and PERMISSION_DENIED.
   *
   * @generated from rpc numer.notification.v1.WebhookService.UpdateWebhookEndpoint
   */
  "PATCH /webhook-endpoints/{webhookEndpointId}": {
    path: { webhookEndpointId: string; };
    query?: Query<Omit<UpdateWebhookEndpointRequestJson, "webhookEndpoint">>;
    body: Patch<Omit<WebhookEndpointJson, "id" | "disableReason" | "firstFailureTime" | "previousSecretExpireTime" | "etag" | "createTime" | "updateTime">>;
    response: WebhookEndpointJson;
  };

  /**
   * Deletes a webhook endpoint and the log of its deliveries. Queued deliveries are no longer posted.
   *
   * Fails with WEBHOOK_ENDPOINT_NOT_FOUND and ETAG_MISMATCH.
   *
   * @generated from rpc numer.notification.v1.WebhookService.DeleteWebhookEndpoint
   */
  "DELETE /webhook-endpoints/{webhookEndpointId}": {
    path: { webhookEndpointId: string; };
    response: undefined;
  };

  /**
   * Rotates the secret of a webhook endpoint. For 24 hours the previous secret also signs, so that receivers have time
   * to change; one from before that ends at once. The response contains the new secret, which cannot be read again, not
   * even by a retry with the same idempotency key. An API key cannot do this.
   *
   * Fails with WEBHOOK_ENDPOINT_NOT_FOUND, ETAG_MISMATCH and PERMISSION_DENIED.
   *
   * @generated from rpc numer.notification.v1.WebhookService.RotateWebhookSecret
   */
  "POST /webhook-endpoints/{webhookEndpointId}/rotate-secret": {
    path: { webhookEndpointId: string; };
    response: RotateWebhookSecretResponseJson;
  };

  /**
   * Queues the delivery of a test event to a webhook endpoint. It does not matter which types of events the endpoint
   * gets. The event is posted and logged like any other.
   *
   * Fails with WEBHOOK_ENDPOINT_NOT_FOUND and WEBHOOK_ENDPOINT_DISABLED.
   *
   * @generated from rpc numer.notification.v1.WebhookService.TestWebhookEndpoint
   */
  "POST /webhook-endpoints/{webhookEndpointId}/test": {
    path: { webhookEndpointId: string; };
    response: WebhookDeliveryJson;
  };

  /**
   * Lists the deliveries to a webhook endpoint, newest event first.
   *
   * Fails with WEBHOOK_ENDPOINT_NOT_FOUND and INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.notification.v1.WebhookService.ListWebhookDeliveries
   */
  "GET /webhook-endpoints/{webhookEndpointId}/deliveries": {
    path: { webhookEndpointId: string; };
    query?: Query<Omit<ListWebhookDeliveriesRequestJson, "webhookEndpointId">>;
    response: ListWebhookDeliveriesResponseJson;
  };

  /**
   * Returns one delivery with the posted body and its last attempts.
   *
   * Fails with WEBHOOK_DELIVERY_NOT_FOUND.
   *
   * @generated from rpc numer.notification.v1.WebhookService.GetWebhookDelivery
   */
  "GET /webhook-endpoints/{webhookEndpointId}/deliveries/{webhookDeliveryId}": {
    path: { webhookEndpointId: string; webhookDeliveryId: string; };
    response: WebhookDeliveryJson;
  };

  /**
   * Posts the event of a delivery again, at once and whatever state the delivery is in. It is retried like a new one
   * until the endpoint accepts it. The body and `webhook-id` are the same as before.
   *
   * Fails with WEBHOOK_DELIVERY_NOT_FOUND and WEBHOOK_ENDPOINT_DISABLED.
   *
   * @generated from rpc numer.notification.v1.WebhookService.ResendWebhookDelivery
   */
  "POST /webhook-endpoints/{webhookEndpointId}/deliveries/{webhookDeliveryId}/resend": {
    path: { webhookEndpointId: string; webhookDeliveryId: string; };
    response: WebhookDeliveryJson;
  };

  /**
   * Adds one reminder to a draft or an open invoice. If the invoice is paid in instalments, the reminder is for the
   * first instalment for which its time is still to come. If the due date of a draft depends on the day it is opened,
   * the reminder counts from the due date that opening it today would give, and moves when the draft is opened later.
   *
   * Fails with INVOICE_NOT_FOUND, INVOICE_STATE, REMINDER_IN_PAST, REMINDER_EXISTS and LIMIT_REACHED.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.CreateReminder
   */
  "POST /reminders": {
    body: Input<CreateReminderRequestJson, "invoiceId">;
    response: ReminderJson;
  };

  /**
   * Returns one reminder.
   *
   * Fails with REMINDER_NOT_FOUND.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.GetReminder
   */
  "GET /reminders/{reminderId}": {
    path: { reminderId: string; };
    response: ReminderJson;
  };

  /**
   * Lists reminders, soonest first.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.ListReminders
   */
  "GET /reminders": {
    query?: Query<ListRemindersRequestJson>;
    response: ListRemindersResponseJson;
  };

  /**
   * Cancels a scheduled reminder. It stays in the list.
   *
   * Fails with REMINDER_NOT_FOUND and, when the reminder was sent or was cancelled by the system, REMINDER_STATE.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.CancelReminder
   */
  "DELETE /reminders/{reminderId}": {
    path: { reminderId: string; };
    response: undefined;
  };

  /**
   * Pauses the reminders of an invoice. Reminders that fall due during the pause are cancelled.
   *
   * Fails with INVOICE_NOT_FOUND.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.PauseReminders
   */
  "POST /invoices/{invoiceId}/reminders/pause": {
    path: { invoiceId: string; };
    response: ReminderPlanJson;
  };

  /**
   * Resumes the reminders of an invoice. Reminders that are still to come are sent again.
   *
   * Fails with INVOICE_NOT_FOUND.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.ResumeReminders
   */
  "POST /invoices/{invoiceId}/reminders/resume": {
    path: { invoiceId: string; };
    response: ReminderPlanJson;
  };

  /**
   * Returns the settings for reminders.
   *
   * @generated from rpc numer.reminder.v1.ReminderSettingsService.GetReminderSettings
   */
  "GET /reminder-settings": {
    response: ReminderSettingsJson;
  };

  /**
   * Changes the given settings for reminders and leaves the others as they are. Steps are replaced as a whole. Once the
   * call has returned, no step that was removed from the plan is sent. Scheduled reminders follow within moments, or
   * within some minutes for very many open invoices:
   *
   * - removed steps are cancelled with PLAN_CHANGED, and scheduled again when the plan has them again;
   * - new steps are scheduled where their time is still to come;
   * - remaining steps keep their id and move to the time of day, and are sent at once if that has passed on their day;
   * - reminders that the user added or cancelled, and those that were sent, do not change.
   *
   * Fails with ETAG_MISMATCH.
   *
   * @generated from rpc numer.reminder.v1.ReminderSettingsService.UpdateReminderSettings
   */
  "PATCH /reminder-settings": {
    query?: Query<Omit<UpdateReminderSettingsRequestJson, "settings">>;
    body: Patch<Omit<ReminderSettingsJson, "updateTime" | "etag">>;
    response: ReminderSettingsJson;
  };

  /**
   * Stores an exchange rate. Statistics use it from then on.
   *
   * Fails with EXCHANGE_RATE_EXISTS when there is one for the same two currencies and date, and with LIMIT_REACHED when
   * the user has 10,000.
   *
   * @generated from rpc numer.stats.v1.ExchangeRateService.CreateExchangeRate
   */
  "POST /exchange-rates": {
    body: Input<ExchangeRateJson, "currencyCode" | "rate" | "date", "id" | "createTime">;
    response: ExchangeRateJson;
  };

  /**
   * Lists the exchange rates, newest date first.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.stats.v1.ExchangeRateService.ListExchangeRates
   */
  "GET /exchange-rates": {
    query?: Query<ListExchangeRatesRequestJson>;
    response: ListExchangeRatesResponseJson;
  };

  /**
   * Deletes an exchange rate. Statistics use the previous rate again, if there is one.
   *
   * Fails with EXCHANGE_RATE_NOT_FOUND.
   *
   * @generated from rpc numer.stats.v1.ExchangeRateService.DeleteExchangeRate
   */
  "DELETE /exchange-rates/{exchangeRateId}": {
    path: { exchangeRateId: string; };
    response: undefined;
  };

  /**
   * Returns the caller's statistics, one entry for each currency in which the caller has invoices, by currency code.
   * With stored exchange rates, they are also given in the caller's own currency.
   *
   * @generated from rpc numer.stats.v1.StatsService.GetStats
   */
  "GET /stats": {
    response: GetStatsResponseJson;
  };

  /**
   * Lists what was invoiced, credited and paid in each month, one entry per currency, newest month first and by
   * currency code within a month. Months without any of these are left out.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.stats.v1.StatsService.ListMonthlyStats
   */
  "GET /stats/months": {
    query?: Query<ListMonthlyStatsRequestJson>;
    response: ListMonthlyStatsResponseJson;
  };

  /**
   * Lists what was invoiced to each customer and how much of it was paid, is due or was written off. There is one entry
   * per currency, ordered by currency code and then by largest total. Customers who were invoiced nothing are left out.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.stats.v1.StatsService.ListCustomerStats
   */
  "GET /stats/customers": {
    query?: Query<ListCustomerStatsRequestJson>;
    response: ListCustomerStatsResponseJson;
  };

  /**
   * Creates an API key. The response contains its secret, which cannot be read again, not even by a retry with the same
   * idempotency key: if it is lost, delete the key and create another. An API key cannot create another key, which
   * would outlive it.
   *
   * Fails with LIMIT_REACHED when the user has 100 keys, and with PERMISSION_DENIED.
   *
   * @generated from rpc numer.user.v1.ApiKeyService.CreateApiKey
   */
  "POST /api-keys": {
    body: Input<ApiKeyJson, "name", "id" | "prefix" | "createTime">;
    response: CreateApiKeyResponseJson;
  };

  /**
   * Lists the API keys, newest first, without their secrets.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.user.v1.ApiKeyService.ListApiKeys
   */
  "GET /api-keys": {
    query?: Query<ListApiKeysRequestJson>;
    response: ListApiKeysResponseJson;
  };

  /**
   * Deletes an API key. Calls with it fail from then on, after 30 seconds at the latest. An API key may delete keys,
   * including itself.
   *
   * Fails with API_KEY_NOT_FOUND.
   *
   * @generated from rpc numer.user.v1.ApiKeyService.DeleteApiKey
   */
  "DELETE /api-keys/{apiKeyId}": {
    path: { apiKeyId: string; };
    response: undefined;
  };

  /**
   * Returns a list of customers as a CSV file (RFC 4180, UTF-8). It comes in parts; over REST the parts form one file.
   * A text that a spreadsheet would take for a formula is preceded by an apostrophe.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.user.v1.CustomerBulkService.DownloadCustomers
   */
  "GET /customers/csv": {
    query?: Query<DownloadCustomersRequestJson>;
    response: Blob;
  };

  /**
   * Adds customers from a CSV file: it has a header row, is separated by commas, semicolons or tabs, and has at most 500
   * rows. It is text in UTF-8, unless its content type names another encoding, e.g. `text/csv; charset=windows-1252`. If
   * any row has an error, nothing is imported.
   *
   * The columns, of which only `name` is required, are: name, email, phone, line1, line2, city, region, postal_code,
   * country_code, tax_id, locale, notes, reference, tags and cc_emails separated by commas, electronic_address and
   * legal_registration, each a scheme, a colon and an identifier, e.g. `0204:991-01484-64`; a registration may omit
   * scheme and colon; and metadata as a JSON object of strings, e.g. `{"region": "north"}`. White space around texts is
   * removed.
   *
   * A file of DownloadCustomers can be imported as it is, also into another account. The customers get new ids and times
   * there: the columns id and create_time are not stored.
   *
   * A customer whose reference or id already exists is left as it is, so a file whose rows have references or ids can be
   * imported again. A retry with the same idempotency key adds no customer twice either. A retry without a key, after a request
   * that was cut off, adds customers without a reference once more if they had already been added.
   *
   * Fails with IMPORT_INVALID.
   *
   * @generated from rpc numer.user.v1.CustomerBulkService.ImportCustomers
   */
  "POST /customers/import": {
    query?: Query<Omit<ImportCustomersRequestJson, "file">>;
    body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string;
    response: ImportCustomersResponseJson;
  };

  /**
   * Adds a customer.
   *
   * Fails with CUSTOMER_REFERENCE_TAKEN.
   *
   * @generated from rpc numer.user.v1.CustomerService.CreateCustomer
   */
  "POST /customers": {
    body: Input<CustomerJson, "name", "id" | "createTime" | "updateTime" | "etag">;
    response: CustomerJson;
  };

  /**
   * Returns one customer.
   *
   * Fails with CUSTOMER_NOT_FOUND.
   *
   * @generated from rpc numer.user.v1.CustomerService.GetCustomer
   */
  "GET /customers/{customerId}": {
    path: { customerId: string; };
    response: CustomerJson;
  };

  /**
   * Lists the customers, newest first. A page costs the same however many customers there are. When few customers match
   * the filters, a page may therefore be shorter than requested, or empty, although there is a next page.
   *
   * Fails with INVALID_PAGE_TOKEN.
   *
   * @generated from rpc numer.user.v1.CustomerService.ListCustomers
   */
  "GET /customers": {
    query?: Query<ListCustomersRequestJson>;
    response: ListCustomersResponseJson;
  };

  /**
   * Changes the given fields of a customer and leaves the others as they are. Invoices that were sent keep the details
   * that they were sent with.
   *
   * Fails with CUSTOMER_NOT_FOUND, CUSTOMER_REFERENCE_TAKEN and ETAG_MISMATCH.
   *
   * @generated from rpc numer.user.v1.CustomerService.UpdateCustomer
   */
  "PATCH /customers/{customerId}": {
    path: { customerId: string; };
    query?: Query<Omit<UpdateCustomerRequestJson, "customer">>;
    body: Patch<Omit<CustomerJson, "id" | "createTime" | "updateTime" | "etag">>;
    response: CustomerJson;
  };

  /**
   * Deletes a customer. Invoices that were sent keep the details that they were sent with. Drafts cannot be sent until
   * they name another customer.
   *
   * Fails with CUSTOMER_NOT_FOUND and ETAG_MISMATCH.
   *
   * @generated from rpc numer.user.v1.CustomerService.DeleteCustomer
   */
  "DELETE /customers/{customerId}": {
    path: { customerId: string; };
    response: undefined;
  };

  /**
   * Returns the logo of the caller.
   *
   * Fails with USER_NOT_FOUND, also for the id of somebody else, and LOGO_NOT_FOUND.
   *
   * @generated from rpc numer.user.v1.LogoService.GetLogo
   */
  "GET /users/{userId}/logo": {
    path: { userId: string; };
    response: Blob;
  };

  /**
   * Sets the logo of the caller, in place of any earlier one. All documents show it from now on, including those that
   * were issued before. An API key may set it, as it may change the name on documents.
   *
   * The file is a PNG or JPEG of at most 256 KiB and 2,000 x 2,000 pixels. A PNG has at most 8 bits per colour and is
   * not interlaced; a JPEG is grey or RGB, and upright. SVG is refused: it can contain scripts, and text in fonts that
   * others do not have. The whole file is checked, so that no document ever fails because of it. Anything that does not
   * belong to the picture, such as where a photo was taken, is not stored.
   *
   * Fails with USER_NOT_FOUND and ETAG_MISMATCH.
   *
   * @generated from rpc numer.user.v1.LogoService.SetLogo
   */
  "POST /users/{userId}/logo": {
    path: { userId: string; };
    body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string;
    response: UserJson;
  };

  /**
   * Deletes the logo of the caller. No document shows it from now on.
   *
   * Fails with USER_NOT_FOUND, LOGO_NOT_FOUND and ETAG_MISMATCH.
   *
   * @generated from rpc numer.user.v1.LogoService.DeleteLogo
   */
  "DELETE /users/{userId}/logo": {
    path: { userId: string; };
    response: undefined;
  };

  /**
   * Requests a mail with a token for setting a new password. The response is the same whether or not the address has an
   * account, and comes before anything is mailed. The token is valid for one hour and for one use. It becomes invalid
   * when another one is requested, or when the password or the email address changes. For each address, at most three
   * requests an hour have an effect.
   *
   * @generated from rpc numer.user.v1.PasswordResetService.RequestPasswordReset
   */
  "POST /password-resets": {
    body: Input<RequestPasswordResetRequestJson, "email">;
    response: undefined;
  };

  /**
   * Sets a new password with the token that was mailed. This ends all sessions, which fail from then on, after 30
   * seconds at the latest. The user can sign in again at once, however many sign-ins have failed before; the call
   * itself does not sign in. API keys stay. The user is notified by mail.
   *
   * Fails with INVALID_RESET_TOKEN, and with RATE_LIMITED when more people sign in at once than passwords can be checked.
   *
   * @generated from rpc numer.user.v1.PasswordResetService.ConfirmPasswordReset
   */
  "POST /password-resets/confirm": {
    body: Input<ConfirmPasswordResetRequestJson, "token" | "newPassword">;
    response: undefined;
  };

  /**
   * Signs in with an email address and a password.
   *
   * Fails with INVALID_CREDENTIALS and RATE_LIMITED.
   *
   * @generated from rpc numer.user.v1.SessionService.CreateSession
   */
  "POST /sessions": {
    body: Input<CreateSessionRequestJson, "email" | "password">;
    response: CreateSessionResponseJson;
  };

  /**
   * Exchanges a refresh token for new tokens. A token that was used before ends its session, because two parties hold
   * it (RFC 9700, 4.14.2): calls with the session's access tokens fail from then on, after 30 seconds at the latest.
   *
   * Fails with INVALID_REFRESH_TOKEN and REFRESH_TOKEN_REUSED.
   *
   * @generated from rpc numer.user.v1.SessionService.RefreshSession
   */
  "POST /sessions/refresh": {
    body: Input<RefreshSessionRequestJson, "refreshToken">;
    response: RefreshSessionResponseJson;
  };

  /**
   * Signs out: ends the session of the access token that is used for the call. An API key has no session.
   *
   * Fails with PERMISSION_DENIED.
   *
   * @generated from rpc numer.user.v1.SessionService.DeleteSession
   */
  "DELETE /sessions/current": {
    response: undefined;
  };

  /**
   * Signs up a new user. An email address can sign up only once.
   *
   * Fails with SIGN_UP_CLOSED where only the operator adds accounts, with EMAIL_TAKEN, and with RATE_LIMITED when more people sign up and
   * in at once than passwords can be hashed.
   *
   * @generated from rpc numer.user.v1.UserService.CreateUser
   */
  "POST /users": {
    body: Input<CreateUserRequestJson, "email" | "password" | "name">;
    response: UserJson;
  };

  /**
   * Returns the caller's own account.
   *
   * Fails with USER_NOT_FOUND, also for the id of somebody else.
   *
   * @generated from rpc numer.user.v1.UserService.GetUser
   */
  "GET /users/{userId}": {
    path: { userId: string; };
    response: UserJson;
  };

  /**
   * Changes the given fields of the caller's own account and leaves the others as they are. An API key can change neither the
   * email address nor the payment account.
   *
   * Fails with USER_NOT_FOUND, PERMISSION_DENIED, EMAIL_TAKEN and ETAG_MISMATCH.
   *
   * @generated from rpc numer.user.v1.UserService.UpdateUser
   */
  "PATCH /users/{userId}": {
    path: { userId: string; };
    query?: Query<Omit<UpdateUserRequestJson, "user">>;
    body: Patch<Omit<UserJson, "id" | "createTime" | "updateTime" | "etag" | "logo">>;
    response: UserJson;
  };

  /**
   * Changes the password of the caller's own account. This ends all of the account's sessions except that of the call;
   * they fail from then on, after 30 seconds at the latest. API keys stay, and cannot change the password. A wrong
   * current password counts as a failed sign-in.
   *
   * Fails with USER_NOT_FOUND, WRONG_PASSWORD, PERMISSION_DENIED and ETAG_MISMATCH, and with RATE_LIMITED after too many failures.
   *
   * @generated from rpc numer.user.v1.UserService.ChangePassword
   */
  "POST /users/{userId}/password": {
    path: { userId: string; };
    body: Input<ChangePasswordRequestJson, "currentPassword" | "newPassword", "userId">;
    response: undefined;
  };

  /**
   * Deletes the caller's own account: ends its sessions, deletes its API keys, customers, drafts and recurring
   * invoices, cancels its reminders and erases what other services hold about it. Opened invoices and sent quotes are
   * kept, with the details of both parties, because the law requires it. An API key cannot do this.
   *
   * Fails with USER_NOT_FOUND, PERMISSION_DENIED and ETAG_MISMATCH.
   *
   * @generated from rpc numer.user.v1.UserService.DeleteUser
   */
  "DELETE /users/{userId}": {
    path: { userId: string; };
    response: undefined;
  };
}

/**
 * What a client has to know to call a route.
 */
export interface RouteTraits {
  /**
   * Whether it is called without credentials.
   */
  readonly isPublic: boolean;
  /**
   * Whether it may be called again when the outcome is not known: as it is, or with the same idempotency key.
   */
  readonly repetition: "safe" | "with-key" | "never";
}

/**
 * The traits of every route.
 */
export const routeTraits: { readonly [Route in keyof Routes]: RouteTraits } = {
  "GET /activities/user": { isPublic: false, repetition: "safe" },
  "GET /activities/invoice/{invoiceId}": { isPublic: false, repetition: "safe" },
  "GET /activities/chain": { isPublic: false, repetition: "safe" },
  "GET /activities/verification": { isPublic: false, repetition: "safe" },
  "POST /invoices/{invoiceId}/credit-notes": { isPublic: false, repetition: "with-key" },
  "POST /credit-notes/preview": { isPublic: false, repetition: "safe" },
  "GET /credit-notes/{creditNoteId}": { isPublic: false, repetition: "safe" },
  "GET /credit-notes/{creditNoteId}/ubl": { isPublic: false, repetition: "safe" },
  "GET /credit-notes/{creditNoteId}/cii": { isPublic: false, repetition: "safe" },
  "GET /credit-notes": { isPublic: false, repetition: "safe" },
  "POST /customers/{customerId}/deposits": { isPublic: false, repetition: "with-key" },
  "POST /customers/{customerId}/refunds": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/apply-credit": { isPublic: false, repetition: "with-key" },
  "GET /customers/{customerId}/credit-entries/{creditEntryId}": { isPublic: false, repetition: "safe" },
  "GET /customers/{customerId}/credit-entries": { isPublic: false, repetition: "safe" },
  "GET /customers/{customerId}/balances": { isPublic: false, repetition: "safe" },
  "GET /customers/{customerId}/statement": { isPublic: false, repetition: "safe" },
  "GET /ledger-entries": { isPublic: false, repetition: "safe" },
  "GET /ledger-entries/csv": { isPublic: false, repetition: "safe" },
  "POST /invoices/batch-send": { isPublic: false, repetition: "with-key" },
  "POST /invoices/batch-void": { isPublic: false, repetition: "with-key" },
  "GET /invoices/csv": { isPublic: false, repetition: "safe" },
  "POST /invoices/import": { isPublic: false, repetition: "with-key" },
  "POST /invoices": { isPublic: false, repetition: "with-key" },
  "POST /invoices/preview": { isPublic: false, repetition: "safe" },
  "GET /invoices/{invoiceId}": { isPublic: false, repetition: "safe" },
  "GET /invoices/{invoiceId}/ubl": { isPublic: false, repetition: "safe" },
  "GET /invoices/{invoiceId}/cii": { isPublic: false, repetition: "safe" },
  "GET /invoices": { isPublic: false, repetition: "safe" },
  "PATCH /invoices/{invoiceId}": { isPublic: false, repetition: "with-key" },
  "DELETE /invoices/{invoiceId}": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/finalize": { isPublic: false, repetition: "with-key" },
  "POST /invoices/send": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/send": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/void": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/mark-uncollectible": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/duplicate": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/revise": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/payments": { isPublic: false, repetition: "with-key" },
  "GET /invoices/{invoiceId}/payments/{paymentId}": { isPublic: false, repetition: "safe" },
  "GET /invoices/{invoiceId}/payments": { isPublic: false, repetition: "safe" },
  "POST /invoices/{invoiceId}/payments/{paymentId}/reverse": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/instalments": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/write-off": { isPublic: false, repetition: "with-key" },
  "GET /invoice-settings": { isPublic: false, repetition: "safe" },
  "PATCH /invoice-settings": { isPublic: false, repetition: "with-key" },
  "POST /number-series": { isPublic: false, repetition: "with-key" },
  "GET /number-series/{numberSeriesName}": { isPublic: false, repetition: "safe" },
  "GET /number-series": { isPublic: false, repetition: "safe" },
  "PATCH /number-series/{numberSeriesName}": { isPublic: false, repetition: "with-key" },
  "POST /quotes": { isPublic: false, repetition: "with-key" },
  "GET /quotes/{quoteId}": { isPublic: false, repetition: "safe" },
  "GET /quotes": { isPublic: false, repetition: "safe" },
  "PATCH /quotes/{quoteId}": { isPublic: false, repetition: "with-key" },
  "DELETE /quotes/{quoteId}": { isPublic: false, repetition: "with-key" },
  "POST /quotes/{quoteId}/send": { isPublic: false, repetition: "with-key" },
  "POST /quotes/{quoteId}/accept": { isPublic: false, repetition: "with-key" },
  "POST /quotes/{quoteId}/decline": { isPublic: false, repetition: "with-key" },
  "POST /quotes/{quoteId}/convert": { isPublic: false, repetition: "with-key" },
  "POST /recurring-invoices": { isPublic: false, repetition: "with-key" },
  "GET /recurring-invoices/{recurringInvoiceId}": { isPublic: false, repetition: "safe" },
  "GET /recurring-invoices": { isPublic: false, repetition: "safe" },
  "PATCH /recurring-invoices/{recurringInvoiceId}": { isPublic: false, repetition: "with-key" },
  "DELETE /recurring-invoices/{recurringInvoiceId}": { isPublic: false, repetition: "with-key" },
  "POST /recurring-invoices/{recurringInvoiceId}/pause": { isPublic: false, repetition: "with-key" },
  "POST /recurring-invoices/{recurringInvoiceId}/resume": { isPublic: false, repetition: "with-key" },
  "GET /recurring-invoices/{recurringInvoiceId}/occurrences": { isPublic: false, repetition: "safe" },
  "GET /document-links/{documentId}": { isPublic: false, repetition: "safe" },
  "POST /document-links/{documentId}/rotate": { isPublic: false, repetition: "with-key" },
  "POST /document-links/{documentId}/revoke": { isPublic: false, repetition: "with-key" },
  "GET /invoices/{invoiceId}/pdf": { isPublic: false, repetition: "safe" },
  "GET /credit-notes/{creditNoteId}/pdf": { isPublic: false, repetition: "safe" },
  "GET /invoices/{invoiceId}/factur-x": { isPublic: false, repetition: "safe" },
  "GET /credit-notes/{creditNoteId}/factur-x": { isPublic: false, repetition: "safe" },
  "GET /quotes/{quoteId}/pdf": { isPublic: false, repetition: "safe" },
  "GET /customers/{customerId}/statement/pdf": { isPublic: false, repetition: "safe" },
  "GET /mail-settings": { isPublic: false, repetition: "safe" },
  "PATCH /mail-settings": { isPublic: false, repetition: "with-key" },
  "GET /notifications": { isPublic: false, repetition: "safe" },
  "GET /notifications/{notificationId}": { isPublic: false, repetition: "safe" },
  "POST /invoices/{invoiceId}/resend": { isPublic: false, repetition: "with-key" },
  "POST /quotes/{quoteId}/resend": { isPublic: false, repetition: "with-key" },
  "POST /credit-notes/{creditNoteId}/resend": { isPublic: false, repetition: "with-key" },
  "POST /webhook-endpoints": { isPublic: false, repetition: "with-key" },
  "GET /webhook-endpoints/{webhookEndpointId}": { isPublic: false, repetition: "safe" },
  "GET /webhook-endpoints": { isPublic: false, repetition: "safe" },
  "GET /webhook-event-types": { isPublic: false, repetition: "safe" },
  "PATCH /webhook-endpoints/{webhookEndpointId}": { isPublic: false, repetition: "with-key" },
  "DELETE /webhook-endpoints/{webhookEndpointId}": { isPublic: false, repetition: "with-key" },
  "POST /webhook-endpoints/{webhookEndpointId}/rotate-secret": { isPublic: false, repetition: "with-key" },
  "POST /webhook-endpoints/{webhookEndpointId}/test": { isPublic: false, repetition: "with-key" },
  "GET /webhook-endpoints/{webhookEndpointId}/deliveries": { isPublic: false, repetition: "safe" },
  "GET /webhook-endpoints/{webhookEndpointId}/deliveries/{webhookDeliveryId}": { isPublic: false, repetition: "safe" },
  "POST /webhook-endpoints/{webhookEndpointId}/deliveries/{webhookDeliveryId}/resend": { isPublic: false, repetition: "with-key" },
  "POST /reminders": { isPublic: false, repetition: "with-key" },
  "GET /reminders/{reminderId}": { isPublic: false, repetition: "safe" },
  "GET /reminders": { isPublic: false, repetition: "safe" },
  "DELETE /reminders/{reminderId}": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/reminders/pause": { isPublic: false, repetition: "with-key" },
  "POST /invoices/{invoiceId}/reminders/resume": { isPublic: false, repetition: "with-key" },
  "GET /reminder-settings": { isPublic: false, repetition: "safe" },
  "PATCH /reminder-settings": { isPublic: false, repetition: "with-key" },
  "POST /exchange-rates": { isPublic: false, repetition: "with-key" },
  "GET /exchange-rates": { isPublic: false, repetition: "safe" },
  "DELETE /exchange-rates/{exchangeRateId}": { isPublic: false, repetition: "with-key" },
  "GET /stats": { isPublic: false, repetition: "safe" },
  "GET /stats/months": { isPublic: false, repetition: "safe" },
  "GET /stats/customers": { isPublic: false, repetition: "safe" },
  "POST /api-keys": { isPublic: false, repetition: "with-key" },
  "GET /api-keys": { isPublic: false, repetition: "safe" },
  "DELETE /api-keys/{apiKeyId}": { isPublic: false, repetition: "with-key" },
  "GET /customers/csv": { isPublic: false, repetition: "safe" },
  "POST /customers/import": { isPublic: false, repetition: "with-key" },
  "POST /customers": { isPublic: false, repetition: "with-key" },
  "GET /customers/{customerId}": { isPublic: false, repetition: "safe" },
  "GET /customers": { isPublic: false, repetition: "safe" },
  "PATCH /customers/{customerId}": { isPublic: false, repetition: "with-key" },
  "DELETE /customers/{customerId}": { isPublic: false, repetition: "with-key" },
  "GET /users/{userId}/logo": { isPublic: false, repetition: "safe" },
  "POST /users/{userId}/logo": { isPublic: false, repetition: "with-key" },
  "DELETE /users/{userId}/logo": { isPublic: false, repetition: "with-key" },
  "POST /password-resets": { isPublic: true, repetition: "with-key" },
  "POST /password-resets/confirm": { isPublic: true, repetition: "with-key" },
  "POST /sessions": { isPublic: true, repetition: "never" },
  "POST /sessions/refresh": { isPublic: true, repetition: "never" },
  "DELETE /sessions/current": { isPublic: false, repetition: "with-key" },
  "POST /users": { isPublic: true, repetition: "with-key" },
  "GET /users/{userId}": { isPublic: false, repetition: "safe" },
  "PATCH /users/{userId}": { isPublic: false, repetition: "with-key" },
  "POST /users/{userId}/password": { isPublic: false, repetition: "with-key" },
  "DELETE /users/{userId}": { isPublic: false, repetition: "with-key" },
};
