import type { ListActivityChainRequestJson, ListActivityChainResponseJson, ListInvoiceActivitiesRequestJson, ListInvoiceActivitiesResponseJson, ListUserActivitiesRequestJson, ListUserActivitiesResponseJson, VerifyActivitiesRequestJson, VerifyActivitiesResponseJson } from "../numer/activity/v1/activity_service_pb.ts";
import type { GetCreditNoteCiiRequestJson, GetCreditNoteUblRequestJson, IssueCreditNoteRequestJson, ListCreditNotesRequestJson, ListCreditNotesResponseJson, PreviewCreditNoteRequestJson } from "../numer/invoice/v1/credit_note_service_pb.ts";
import type { CreditNoteJson } from "../numer/invoice/v1/credit_note_pb.ts";
import type { ApplyCreditRequestJson, GetCustomerBalancesResponseJson, GetCustomerStatementRequestJson, GetCustomerStatementResponseJson, ListCreditEntriesRequestJson, ListCreditEntriesResponseJson, RecordDepositRequestJson, RefundCreditRequestJson } from "../numer/invoice/v1/customer_ledger_service_pb.ts";
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

/** The fields `Needed` and, where wanted, those of `T` that are not `Left` to the path or to the server. */
type Input<T, Needed extends keyof T = never, Left extends keyof T = never> = Omit<T, Needed | Left> & {
  [K in Needed]-?: T[K];
};

/** A JSON merge patch (RFC 7396): what is absent stays, null clears, lists are replaced. */
type Patch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Patch<T[K]> | null } : T;

/** Query parameters: a repeated field is given by one value or several. */
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
   * Lists the entries of the caller's chain in the order in which they were recorded, oldest first, with all that their
   * hashes are computed from. docs/audit.md says how.
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
   * Computes the hashes of the caller's chain anew and tells the first place at which it is not as it was recorded. One call
   * checks up to 10,000 entries; the next page goes on from there.
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
   * Takes back parts of an invoice that was opened, an amount of it, or all that remains: never more than that. Taxes follow in
   * proportion, so that the credit notes of an invoice add up to it exactly. What is due is reduced first, and what is more
   * than that becomes credit of the customer. When nothing is left to pay, the invoice is paid. A customer who got the invoice by
   * mail gets the credit note by mail; ResendCreditNote mails it again.
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
   * Calculates a credit note without storing it: the answer is the one that IssueCreditNote would issue now, without id, number
   * and time. The same rules hold, except that the reason may be left out.
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
   * Gives one credit note.
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
   * Gives a credit note as an electronic one after EN 16931, in UBL 2.1 (an XML document in UTF-8), that fulfils the specification
   * asked for; the same bytes each time.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND, and with E_INVOICE_IMPOSSIBLE where the specification cannot say what the credit note says, or
   * asks for what it does not: the violations name each field and the rule.
   *
   * @generated from rpc numer.invoice.v1.CreditNoteService.GetCreditNoteUbl
   */
  "GET /credit-notes/{creditNoteId}/ubl": {
    path: { creditNoteId: string; };
    query?: Query<Omit<GetCreditNoteUblRequestJson, "creditNoteId">>;
    response: Blob;
  };

  /**
   * Gives a credit note as an electronic one after EN 16931, in UN/CEFACT Cross Industry Invoice D16B (an XML document in UTF-8): the
   * same as GetCreditNoteUbl gives, by the same specifications, in the other syntax of the standard.
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
   * Lists credit notes, newest first.
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
   * Records that credit was paid out to the customer, who may be deleted by now. It is never more than there is.
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
   * Pays an open or uncollectible invoice out of its customer's credit, in part or in full. When nothing is left to pay, the
   * invoice is paid.
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
   * Gives one change of a customer's credit.
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
   * Lists the changes of a customer's credit, newest first. Those of a deleted customer stay.
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
   * Gives what a customer owes and has in credit, in each currency there ever was something in. That of a deleted customer
   * stays.
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
   * Gives every document and payment of a customer, oldest first, with the balance after each in its currency. That of a deleted
   * customer stays.
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
   * Sends up to 100 invoices one after the other, in the order given, so that their numbers follow it. Each is sent or refused
   * by itself, as SendInvoice would: a refusal is told in its result and stops none of the others. A retry with the same
   * idempotency key goes on where the first request was cut off, and sends none twice.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.BatchSendInvoices
   */
  "POST /invoices/batch-send": {
    body: Input<BatchSendInvoicesRequestJson, "invoiceIds">;
    response: BatchSendInvoicesResponseJson;
  };

  /**
   * Voids up to 100 invoices, each as VoidInvoice would; results and retries are those of BatchSendInvoices.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.BatchVoidInvoices
   */
  "POST /invoices/batch-void": {
    body: Input<BatchVoidInvoicesRequestJson, "invoiceIds">;
    response: BatchVoidInvoicesResponseJson;
  };

  /**
   * Gives a list of invoices as a CSV file (RFC 4180, UTF-8), part by part; over REST the parts come as one file. Amounts are
   * decimals of the invoice's currency, not minor units, and each row adds up: subtotal - discount - allowances + charges + tax
   * is total, total - retained - prepaid + rounding is payable, and paid + credited + due is payable, too; written_off is the
   * part of credited that was written off. Of a line, gross - discount - allowances + charges - included_tax is net. A text that
   * a spreadsheet would take for a formula has an apostrophe in front of it.
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
   * Makes drafts of a CSV file, and records invoices that another system issued: text in UTF-8 with a header, separated by commas,
   * semicolons or tabs, with a row for each line of an invoice, at most 2,000 rows and 200 invoices. When anything is wrong with any
   * row, nothing is imported.
   *
   * Rows with the same text in the column `invoice` are one invoice. Its first row decides customer_id or customer_reference, due_date
   * or due_days, currency_code, issue_date, delivery_date, period_start_date, period_end_date, buyer_reference,
   * purchase_order_reference, memo, number_series, tags with commas between them, number and total; its others may leave them out. The
   * columns of lines are description, quantity, unit_code, unit_price, discount_percent and tax_percent.
   *
   * An invoice with a `number` is recorded as one that was issued elsewhere, as FinalizeInvoice does; without one it is made a draft.
   * `total` is the total that it is to come to, e.g. 119.00: the file is wrong when it comes to another.
   *
   * The invoices are made one after the other. A retry with the same idempotency key makes none twice. One without a key, of a request
   * that was cut off, makes drafts once more, and is refused when an invoice was recorded, since its number is taken.
   *
   * Fails with IMPORT_INVALID, and where a number is given to another invoice in the meantime with NUMBER_TAKEN and NUMBER_RESERVED.
   *
   * @generated from rpc numer.invoice.v1.InvoiceBulkService.ImportInvoices
   */
  "POST /invoices/import": {
    query?: Query<Omit<ImportInvoicesRequestJson, "file">>;
    body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string;
    response: ImportInvoicesResponseJson;
  };

  /**
   * Makes a draft. Totals are calculated here; whatever the request says of them is ignored.
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
   * Calculates an invoice without storing it: the answer is the draft that CreateInvoice would make, without id, times,
   * number and version. The same rules hold, except that customer and due date may be left out, and that nobody looks whether
   * there are such a customer and number series.
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
   * Gives one invoice.
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
   * Gives an opened invoice as an electronic invoice after EN 16931, in UBL 2.1 (an XML document in UTF-8), that fulfils the
   * specification asked for: as it was opened, whatever happened to it afterwards, so the same bytes each time.
   *
   * Fails with INVOICE_NOT_FOUND, and with E_INVOICE_IMPOSSIBLE where the specification cannot say what the invoice says, or asks for
   * what it does not: the violations name each field and the rule. Of a draft they tell what would be in the way if it were opened now.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.GetInvoiceUbl
   */
  "GET /invoices/{invoiceId}/ubl": {
    path: { invoiceId: string; };
    query?: Query<Omit<GetInvoiceUblRequestJson, "invoiceId">>;
    response: Blob;
  };

  /**
   * Gives an opened invoice as an electronic invoice after EN 16931, in UN/CEFACT Cross Industry Invoice D16B (an XML document in UTF-8):
   * the same as GetInvoiceUbl gives, by the same specifications, in the other syntax of the standard.
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
   * are: when few of them fit the filters, it may be shorter than asked, or empty, while there is a next page. It is shorter,
   * too, when they are large: several come to 4 MiB at most.
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
   * Changes the given fields and leaves the others as they are; totals follow. Only drafts can be changed, except for
   * memo, metadata and tags, which can be changed always.
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
   * Deletes a draft.
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
   * Opens a draft without mailing it: gives it the next number of its series and freezes it with the details of both
   * parties. An invoice over nothing is paid at once. Opening a revision voids the invoice that it replaces.
   *
   * With a `number` it records an invoice that another system issued: under this number and the issue date of the draft. No series
   * counts on, and payments that were made before this day are not confirmed by mail.
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
   * Has an invoice mailed to the customer. A draft is opened first, as FinalizeInvoice does; an invoice that was finalized
   * is only mailed. It can be sent once; ResendInvoice mails it again.
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
   * Has an invoice mailed to the customer. A draft is opened first, as FinalizeInvoice does; an invoice that was finalized
   * is only mailed. It can be sent once; ResendInvoice mails it again.
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
   * Cancels an open or uncollectible invoice, which keeps its number. A customer who was mailed about it is told by mail.
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
   * Gives up on an open invoice.
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
   * Makes a draft with the content of an invoice in any state: its lines, amounts, memo, currency and references. It is due as many
   * days after today as the invoice is after its issue date. It has no delivery date and no period, since those of the invoice are of
   * another supply.
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
   * Makes a draft that is to replace an open or uncollectible invoice without payments, write-offs and credit notes. It has the
   * same content and dates, and can be changed like any draft. Opening it voids the invoice that it replaces; until then that one
   * stays as it is.
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
   * Records a payment of an open or uncollectible invoice. When nothing is left to pay, the invoice is paid. What is more than
   * due is refused, or becomes credit of the customer if the request says so; then it may be paid already, too.
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
   * Gives one payment.
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
   * Lists the payments of an invoice, applied credit and write-offs among them, newest first. Those that were reversed stay.
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
   * Reverses a payment, applied credit or a write-off that was recorded by mistake, once: what it paid is due again, and a paid
   * invoice is open again. Credit that came of it is taken back, and credit that was applied is given back. A customer who had the
   * payment confirmed by mail is told by mail.
   *
   * Fails with INVOICE_NOT_FOUND, PAYMENT_NOT_FOUND, PAYMENT_REVERSED, CREDIT_USED and ETAG_MISMATCH.
   *
   * @generated from rpc numer.invoice.v1.InvoiceService.ReversePayment
   */
  "POST /invoices/{invoiceId}/payments/{paymentId}/reverse": {
    path: { invoiceId: string; paymentId: string; };
    body: Input<ReversePaymentRequestJson, "reason", "invoiceId" | "paymentId">;
    response: PaymentJson;
  };

  /**
   * Has an open invoice paid in instalments, which add up to what is to be paid; without any, in one sum again. It is overdue
   * when the first one that is not settled is, and reminders that still wait follow that day. The due date stays what it is.
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
   * Writes off what is due on an open or uncollectible invoice, in part or in full. When nothing is left to pay, the invoice is
   * paid. It is listed with the payments, and can be reversed as they can.
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
   * Gives the settings.
   *
   * @generated from rpc numer.invoice.v1.InvoiceSettingsService.GetInvoiceSettings
   */
  "GET /invoice-settings": {
    response: InvoiceSettingsJson;
  };

  /**
   * Changes the given fields and leaves the others as they are. Invoices that exist keep what they have.
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
   * Adds a number series, at most 100.
   *
   * Fails with NUMBER_SERIES_EXISTS, NUMBER_TAKEN and LIMIT_REACHED.
   *
   * @generated from rpc numer.invoice.v1.NumberSeriesService.CreateNumberSeries
   */
  "POST /number-series": {
    body: Input<NumberSeriesJson, "name" | "documentType" | "pattern", "nextNumber" | "createTime" | "updateTime" | "etag">;
    response: NumberSeriesJson;
  };

  /**
   * Gives one number series.
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
   * Changes the given fields and leaves the others as they are. Numbers that were given stay.
   *
   * Fails with NUMBER_SERIES_NOT_FOUND, SEQUENCE_USED, NUMBER_TAKEN and ETAG_MISMATCH.
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
   * Makes a draft. Totals are calculated here, by the rules of invoices; whatever the request says of them is ignored.
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
   * Gives one quote.
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
   * Lists quotes, newest first.
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
   * Changes the given fields and leaves the others as they are; totals follow. Only drafts can be changed, except for the
   * expire date, which can be moved until the quote is accepted.
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
   * Deletes a draft.
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
   * Gives a draft the next number of its series, freezes it with the details of both parties, and has it mailed to the
   * customer. It can be sent once; ResendQuote mails it again.
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
   * Records that the customer accepted the quote: one that was sent, or was declined before, and has not expired.
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
   * Records that the customer declined the quote, whether or not it was accepted before. One that became an invoice cannot
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
   * Turns an accepted quote into an invoice: a draft with the same content, due `due_days` after its issue date. That happens once:
   * repeating it gives the same invoice, as it is by then.
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
   * Makes a recurring invoice, which is active at once. Dates of the schedule that have passed already are caught up on, or
   * not, as `catch_up` says. Totals are calculated here, by the rules of invoices; whatever the request says of them is
   * ignored.
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
   * Gives one recurring invoice.
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
   * Lists recurring invoices, newest first.
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
   * Changes the given fields and leaves the others as they are, for invoices that are yet to be made. Another frequency,
   * interval or start date, or any change that lets a schedule that has ended go on, holds from today on: no invoice is made for
   * dates before today, nor for dates up to the last one that an invoice was made for. What could not be made so far is tried again
   * at once.
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
   * Deletes a recurring invoice. Invoices that it made stay; those that were still to be opened stay drafts.
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
   * Pauses a recurring invoice: until it is resumed it makes no invoices, and opens none that it made.
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
   * Ends the pause. Dates that passed meanwhile are caught up on, or not, as `catch_up` says.
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
   * Lists the dates that a recurring invoice made invoices for, latest first.
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
   * Gives the link of a document.
   *
   * Fails with DOCUMENT_NOT_FOUND, with INVOICE_STATE or QUOTE_STATE for a draft, which has no link, and with PERMISSION_DENIED for an API key
   * that may only read, since a quote is answered by its link.
   *
   * @generated from rpc numer.notification.v1.DocumentLinkService.GetDocumentLink
   */
  "GET /document-links/{documentId}": {
    path: { documentId: string; };
    response: DocumentLinkJson;
  };

  /**
   * Gives a document another link, also one whose link is revoked. The one before leads nowhere from then on, wherever it was sent to.
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
   * Revokes the link of a document: it leads nowhere from then on, and mails have none, until the document is given another one.
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
   * Gives an invoice as PDF, as it was issued: without what was paid or credited since. Its memo and its instalments, which can
   * change after opening, are those of now. A draft is marked as such and shows the profile and the customer as they are now; a
   * voided invoice is marked as void.
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
   * Gives a credit note as PDF.
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
   * Gives an opened invoice as a Factur-X 1.0 (ZUGFeRD 2) document of the profile EN 16931: a PDF/A-3b with the same invoice as
   * GetInvoiceCii gives by default inside, `factur-x.xml`. Its pages and its XML say the same, but for electronic addresses, which only
   * the XML has: the invoice as it was opened, whatever happened to it afterwards. So there are no instalments
   * on it, the memo is that of opening, and a voided invoice is not marked as such. A letter that the font does not have is U+FFFD.
   *
   * Fails with INVOICE_NOT_FOUND and E_INVOICE_IMPOSSIBLE, as GetInvoiceCii does and also where a tax is split payment or the scheme of
   * an electronic address is 0219 or 0220, and with DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetInvoiceFacturX
   */
  "GET /invoices/{invoiceId}/factur-x": {
    path: { invoiceId: string; };
    response: Blob;
  };

  /**
   * Gives a credit note as a Factur-X 1.0 (ZUGFeRD 2) document of the profile EN 16931: a PDF/A-3b with the same credit note as
   * GetCreditNoteCii gives by default inside, `factur-x.xml`. Its pages also have the supply and the references of the invoice, which the
   * XML has.
   *
   * Fails with CREDIT_NOTE_NOT_FOUND and E_INVOICE_IMPOSSIBLE, as GetCreditNoteCii does and also where a tax is split payment or the
   * scheme of an electronic address is 0219 or 0220, and with DOCUMENT_TOO_LONG.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetCreditNoteFacturX
   */
  "GET /credit-notes/{creditNoteId}/factur-x": {
    path: { creditNoteId: string; };
    response: Blob;
  };

  /**
   * Gives a quote as PDF. A draft is marked as such and shows the profile and the customer as they are now.
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
   * Gives the statement of a customer as PDF: what GetCustomerStatement gives, all pages of it, with the balance after each entry, and
   * where to pay when something is owed. The parties are those of now; a deleted customer is left out.
   *
   * Fails with CUSTOMER_NOT_FOUND, with DOCUMENT_TOO_LONG when it has more than 2,000 entries, and with CONFLICT when others kept
   * changing the account of the customer while it was read.
   *
   * @generated from rpc numer.notification.v1.DocumentService.GetCustomerStatementPdf
   */
  "GET /customers/{customerId}/statement/pdf": {
    path: { customerId: string; };
    query?: Query<Omit<GetCustomerStatementPdfRequestJson, "customerId">>;
    response: Blob;
  };

  /**
   * Gives the settings.
   *
   * @generated from rpc numer.notification.v1.MailSettingsService.GetMailSettings
   */
  "GET /mail-settings": {
    response: MailSettingsJson;
  };

  /**
   * Changes the given fields and leaves the others as they are. Mails that are queued already go out as they are.
   *
   * Fails with ETAG_MISMATCH, and with PERMISSION_DENIED for an API key that changes who gets blind copies, which would outlive it.
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
   * Gives one notification.
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
   * Has an invoice that was sent mailed again, to the customer or to somebody else: as it is now, with what is still to be paid of it, which
   * may be nothing, and with its PDF where the settings for mails say so. One that is void is not. The invoice stays as it is; reminders
   * and other mails go on to the address that it has. When it is voided, the mail is not sent any more, and whoever got it is told.
   *
   * An invoice is mailed again 5 times within 24 hours at most, and all documents of the account 100 times to other addresses than they
   * have: RATE_LIMITED says when the next time may be.
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
   * Has a quote that was sent and is still to be answered mailed again, as ResendInvoice does. One that has expired is not: its
   * expire date can be moved first. When it is answered, the mail is not sent any more. Where mails have links to their documents,
   * whoever gets it can answer the quote.
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
   * Has a credit note mailed again, as ResendInvoice does, or for the first time when it was not mailed since its invoice was not.
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
   * Adds an endpoint. The answer holds the secret that signs what is posted to it, which cannot be read again, not even by a retry with
   * the same idempotency key: whoever lost it rotates it. An API key cannot add one, which would outlive it.
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
   * Gives one endpoint, without its secret.
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
   * Lists the endpoints, newest first, without their secrets.
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
   * Lists the types of events that webhooks can get, by name. They are the same for every account; those of later versions may be more.
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
   * Changes the given fields of an endpoint and leaves the others as they are. What waits for it is posted to its URL of that time. An
   * API key cannot change the URL.
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
   * Deletes an endpoint, and with it the log of its deliveries. What waits for it is not posted any more.
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
   * Gives an endpoint another secret. For 24 hours the one before signs as well, so that receivers have time to change; one from before
   * that ends at once. The answer holds the new secret, which cannot be read again, not even by a retry with the same idempotency key.
   * An API key cannot do it.
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
   * Queues the delivery of a test event to an endpoint, whatever types of events it gets. It is posted and logged like any other.
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
   * Lists the deliveries to an endpoint, those of the newest events first.
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
   * Gives one delivery with what is posted and its last attempts.
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
   * Posts the event of a delivery once more, at once and in whatever state it is, and as often as a new one until the endpoint has taken
   * it. The body and `webhook-id` are the same as before.
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
   * Adds one reminder to an invoice that is a draft or open; of instalments, to the first for which its time is still to
   * come. Of a draft whose due date counts from the day of its opening, it counts from the one that an opening today comes to, and
   * moves when it is opened later.
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
   * Gives one reminder.
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
   * Fails with REMINDER_NOT_FOUND and, when it was sent or cancelled by the system, REMINDER_STATE.
   *
   * @generated from rpc numer.reminder.v1.ReminderService.CancelReminder
   */
  "DELETE /reminders/{reminderId}": {
    path: { reminderId: string; };
    response: undefined;
  };

  /**
   * Pauses the reminders of an invoice: those that come due meanwhile are cancelled.
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
   * Ends the pause. Reminders still to come are sent again.
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
   * Gives the settings.
   *
   * @generated from rpc numer.reminder.v1.ReminderSettingsService.GetReminderSettings
   */
  "GET /reminder-settings": {
    response: ReminderSettingsJson;
  };

  /**
   * Changes the given fields and leaves the others as they are; steps are replaced as a whole. From the answer on, no step that the
   * plan has no more is sent. What is scheduled follows within moments, or some minutes for very many open invoices:
   *
   * - steps that are gone are cancelled with PLAN_CHANGED, and scheduled again when the plan has them again;
   * - new ones are scheduled where their time is still to come;
   * - those that stay keep their id and move to the time of day, and are sent at once when that has passed on their day;
   * - reminders that the user added or cancelled, and those that were sent, stay so.
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
   * Stores an exchange rate. Statistics convert with it from then on.
   *
   * Fails with EXCHANGE_RATE_EXISTS when there is one of the same two currencies and date, and with LIMIT_REACHED when the user
   * has 10,000.
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
   * Deletes an exchange rate. Statistics convert with the one before it again, if there is any.
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
   * Gives the caller's numbers, one entry per currency in which the caller has invoices, by currency code; with stored exchange rates
   * in the caller's own currency as well.
   *
   * @generated from rpc numer.stats.v1.StatsService.GetStats
   */
  "GET /stats": {
    response: GetStatsResponseJson;
  };

  /**
   * Lists what was invoiced, credited and paid in each month, one entry per currency, newest month first and by currency
   * code within a month. Months without any of it are left out.
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
   * Lists what was invoiced to each customer and what came of it, one entry per currency, by currency code and the largest
   * total first. Customers who were invoiced nothing are left out.
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
   * Makes a key. The answer holds its secret, which cannot be read again, not even by a retry with the same idempotency key: whoever
   * lost it deletes the key and makes another. An API key cannot make another, which would outlive it.
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
   * Lists the keys, newest first, without their secrets.
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
   * Deletes a key. Calls that carry it fail from then on, at the latest after 30 seconds. An API key may do it, also to itself.
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
   * Gives a list of customers as a CSV file (RFC 4180, UTF-8), part by part; over REST the parts come as one file. A text that a
   * spreadsheet would take for a formula has an apostrophe in front of it.
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
   * Adds the customers of a CSV file: text in UTF-8 with a header, separated by commas, semicolons or tabs, with at most 500
   * rows. When anything is wrong with any row, nothing is imported.
   *
   * Columns, of which only `name` must be there: name, email, phone, line1, line2, city, region, postal_code, country_code, tax_id,
   * locale, notes, reference, tags and cc_emails with commas between them, and electronic_address and legal_registration, each a
   * scheme, a colon and an identifier, e.g. `0204:991-01484-64`; a registration may be without scheme and colon.
   *
   * A customer whose reference is there already is left as it is, so a file whose rows have references can be imported again. A retry
   * with the same idempotency key adds none twice either; one without a key, of a request that was cut off, adds once more the
   * customers without a reference that it had added.
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
   * Gives one customer.
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
   * Lists the customers, newest first. A page costs the same however many customers there are: when few of them fit the
   * filters, it may be shorter than asked, or empty, while there is a next page.
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
   * Changes the given fields of a customer and leaves the others as they are. Invoices that were sent keep the
   * details they were sent with.
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
   * Deletes a customer. Invoices that were sent keep the details they were sent with; drafts cannot be sent until
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
   * Gives the logo of the caller.
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
   * Gives the caller a logo in place of the one so far: all documents have it from now on, also those that were issued before. An API key
   * may do it, as it may change the name that stands on documents.
   *
   * The file is a PNG or JPEG of at most 256 KiB and 2,000 x 2,000 pixels. A PNG has at most 8 bits for each colour and is not
   * interlaced; a JPEG is grey or in RGB, and upright. SVG is not taken: it can hold scripts, and texts in fonts that others do not
   * have. The file is checked as a whole, so that no document ever fails because of it, and what does not belong to the picture, such
   * as where a photo was taken, is not kept.
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
   * Deletes the logo of the caller: no document has one from now on.
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
   * Asks for a mail with a token to set the password of an account anew. The answer is the same whether or not there is an account with
   * the address, and before anything is mailed. The token is good for one hour and for one password, and no longer once another is asked
   * for, or the password or the email address changes. Of one address, no more than three requests an hour have an effect.
   *
   * @generated from rpc numer.user.v1.PasswordResetService.RequestPasswordReset
   */
  "POST /password-resets": {
    body: Input<RequestPasswordResetRequestJson, "email">;
    response: undefined;
  };

  /**
   * Sets the password of an account anew, with the token that was mailed. It ends all sessions, which fail from then on, at the latest
   * after 30 seconds, and lets the account be signed in to at once, however often that has failed; it does not sign in. API keys stay.
   * The user is told by mail.
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
   * Exchanges a refresh token for new tokens. A token that was used before ends its session, because two
   * parties hold it (RFC 9700, 4.14.2): calls with its access tokens fail from then on, at the latest after 30 seconds.
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
   * Signs out: ends the session of the access token that makes the call. An API key has no session.
   *
   * Fails with PERMISSION_DENIED.
   *
   * @generated from rpc numer.user.v1.SessionService.DeleteSession
   */
  "DELETE /sessions/current": {
    response: undefined;
  };

  /**
   * Signs a person up. The same email address cannot sign up twice.
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
   * Gives the caller's own account.
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
   * Changes the password of the caller's own account, and ends all of its sessions but that of the call: they fail from then
   * on, at the latest after 30 seconds. API keys stay, and cannot change it. A current password that is wrong counts as a sign-in that failed.
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
   * Deletes the caller's own account: ends its sessions, deletes its API keys, customers, drafts and recurring invoices, cancels
   * its reminders and erases what other services hold about it. Invoices that were opened and quotes that were sent are kept,
   * with the details of both parties, because the law asks for it. An API key cannot do it.
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
