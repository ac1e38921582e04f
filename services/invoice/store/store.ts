import type { Database } from '../../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../../runtime/database/prepare-on-first-use.ts';
import { prepareBatchGetInvoices } from './batch-get-invoices.ts';
import { prepareChangeOpenedInvoice } from './change-opened-invoice.ts';
import { prepareConvertQuote } from './convert-quote.ts';
import { prepareCreateInvoice } from './create-invoice.ts';
import { prepareCreateNumberSeries } from './create-number-series.ts';
import { prepareCreateQuote } from './create-quote.ts';
import { prepareCreateRecurringInvoice } from './create-recurring-invoice.ts';
import { prepareDeleteDraft } from './delete-draft.ts';
import { prepareDeleteQuoteDraft } from './delete-quote-draft.ts';
import { prepareDeleteRecurringInvoice } from './delete-recurring-invoice.ts';
import { prepareEraseDrafts, prepareStartErasures } from './erase-drafts.ts';
import { prepareExportInvoices } from './export-invoices.ts';
import { prepareFindDueRecurringInvoices } from './find-due-recurring-invoices.ts';
import { prepareFindNumberFaults } from './find-number-faults.ts';
import { prepareFindPendingOccurrences } from './find-pending-occurrences.ts';
import { prepareFollowTimeZones } from './follow-time-zones.ts';
import { prepareGetInvoice } from './get-invoice.ts';
import { prepareGetIssuedInvoice } from './get-issued-invoice.ts';
import { prepareGetPayment } from './get-payment.ts';
import { prepareGetQuote } from './get-quote.ts';
import { prepareGetRecurringInvoice } from './get-recurring-invoice.ts';
import { prepareHasNumber } from './has-number.ts';
import { prepareGetInvoiceSettings, prepareSaveInvoiceSettings } from './invoice-settings.ts';
import { prepareIssueCreditNote } from './issue-credit-note.ts';
import { prepareListCreditNotes } from './list-credit-notes.ts';
import { prepareListInvoices } from './list-invoices.ts';
import { prepareListLedgerEntries } from './list-ledger-entries.ts';
import { prepareListOccurrences } from './list-occurrences.ts';
import { prepareListPayments } from './list-payments.ts';
import { prepareListQuotes } from './list-quotes.ts';
import { prepareListRecurringInvoices } from './list-recurring-invoices.ts';
import { prepareMakeOccurrence } from './make-occurrence.ts';
import { prepareOpenInvoice } from './open-invoice.ts';
import { prepareGetCreditEntry, prepareListCreditEntries } from './read-credit-entries.ts';
import { prepareGetCredited, prepareGetCreditNote, prepareGetIssuedCreditNote } from './read-credit-notes.ts';
import { prepareListCustomerAccounts } from './read-customer-accounts.ts';
import { prepareGetGrantedDiscount, prepareSumPaymentsUntil } from './read-early-payments.ts';
import { prepareGetNumberSeries, prepareListNumberSeries } from './read-number-series.ts';
import { prepareReadStatement } from './read-statement.ts';
import { prepareRecordCreditEntry } from './record-credit-entry.ts';
import { prepareRecordPayment } from './record-payment.ts';
import { prepareReversePayment } from './reverse-payment.ts';
import { prepareSaveDraft } from './save-draft.ts';
import { prepareChangeSentQuote, prepareSaveQuoteDraft } from './save-quote.ts';
import { prepareMoveRecurringInvoice, prepareSaveRecurringInvoice } from './save-recurring-invoice.ts';
import { prepareSendQuote } from './send-quote.ts';
import { prepareFailOccurrence, prepareSettleOccurrence } from './settle-occurrence.ts';
import { prepareStoreStandardSeries, prepareUpdateNumberSeries } from './update-number-series.ts';

/** All statements of the service. */
export type Store = ReturnType<typeof createStore>;

/** Makes all statements of the service; each is prepared when it is first executed. */
export function createStore(db: Database) {
  return prepareOnFirstUse(db, {
    createInvoice: prepareCreateInvoice,
    getInvoice: prepareGetInvoice,
    getIssuedInvoice: prepareGetIssuedInvoice,
    listInvoices: prepareListInvoices,
    saveDraft: prepareSaveDraft,
    deleteDraft: prepareDeleteDraft,
    openInvoice: prepareOpenInvoice,
    changeOpenedInvoice: prepareChangeOpenedInvoice,
    recordPayment: prepareRecordPayment,
    reversePayment: prepareReversePayment,
    issueCreditNote: prepareIssueCreditNote,
    getCreditNote: prepareGetCreditNote,
    getIssuedCreditNote: prepareGetIssuedCreditNote,
    getCredited: prepareGetCredited,
    listCreditNotes: prepareListCreditNotes,
    getPayment: prepareGetPayment,
    sumPaymentsUntil: prepareSumPaymentsUntil,
    getGrantedDiscount: prepareGetGrantedDiscount,
    listPayments: prepareListPayments,
    batchGetInvoices: prepareBatchGetInvoices,
    exportInvoices: prepareExportInvoices,
    getInvoiceSettings: prepareGetInvoiceSettings,
    saveInvoiceSettings: prepareSaveInvoiceSettings,
    createNumberSeries: prepareCreateNumberSeries,
    getNumberSeries: prepareGetNumberSeries,
    listNumberSeries: prepareListNumberSeries,
    hasNumber: prepareHasNumber,
    findNumberFaults: prepareFindNumberFaults,
    storeStandardSeries: prepareStoreStandardSeries,
    updateNumberSeries: prepareUpdateNumberSeries,
    recordCreditEntry: prepareRecordCreditEntry,
    getCreditEntry: prepareGetCreditEntry,
    listCreditEntries: prepareListCreditEntries,
    listCustomerAccounts: prepareListCustomerAccounts,
    readStatement: prepareReadStatement,
    listLedgerEntries: prepareListLedgerEntries,
    createQuote: prepareCreateQuote,
    getQuote: prepareGetQuote,
    listQuotes: prepareListQuotes,
    saveQuoteDraft: prepareSaveQuoteDraft,
    changeSentQuote: prepareChangeSentQuote,
    deleteQuoteDraft: prepareDeleteQuoteDraft,
    sendQuote: prepareSendQuote,
    convertQuote: prepareConvertQuote,
    createRecurringInvoice: prepareCreateRecurringInvoice,
    getRecurringInvoice: prepareGetRecurringInvoice,
    listRecurringInvoices: prepareListRecurringInvoices,
    saveRecurringInvoice: prepareSaveRecurringInvoice,
    moveRecurringInvoice: prepareMoveRecurringInvoice,
    deleteRecurringInvoice: prepareDeleteRecurringInvoice,
    listOccurrences: prepareListOccurrences,
    findDueRecurringInvoices: prepareFindDueRecurringInvoices,
    makeOccurrence: prepareMakeOccurrence,
    findPendingOccurrences: prepareFindPendingOccurrences,
    settleOccurrence: prepareSettleOccurrence,
    failOccurrence: prepareFailOccurrence,
    followTimeZones: prepareFollowTimeZones,
    startErasures: prepareStartErasures,
    eraseNext: prepareEraseDrafts,
  });
}
