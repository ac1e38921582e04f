import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type CreditEntry,
  CreditEntry_Type,
  CreditEntrySchema,
  type CustomerBalance,
  CustomerBalanceSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import type { LedgerEntryRow } from '../store/ledger-schema.ts';
import type { CustomerAccount } from '../store/read-customer-accounts.ts';

/**
 * The type of a change of credit, by the type of the ledger entry. Entries of an unspecified type never change credit.
 */
const CREDIT_TYPES: Readonly<Record<LedgerEntryRow['type'], CreditEntry_Type>> = {
  INVOICE: CreditEntry_Type.TYPE_UNSPECIFIED,
  VOID: CreditEntry_Type.TYPE_UNSPECIFIED,
  PAYMENT: CreditEntry_Type.OVERPAYMENT,
  CREDIT_APPLIED: CreditEntry_Type.APPLIED,
  CREDIT_NOTE: CreditEntry_Type.CREDIT_NOTE,
  WRITE_OFF: CreditEntry_Type.TYPE_UNSPECIFIED,
  EARLY_PAYMENT_DISCOUNT: CreditEntry_Type.TYPE_UNSPECIFIED,
  REVERSAL: CreditEntry_Type.REVERSAL,
  DEPOSIT: CreditEntry_Type.DEPOSIT,
  REFUND: CreditEntry_Type.REFUND,
};

/** An entry of the ledger as a change of credit. */
export function toCreditEntry(row: Omit<LedgerEntryRow, 'sequence'>): CreditEntry {
  return create(CreditEntrySchema, {
    id: row.id,
    customerId: row.customerId,
    currencyCode: row.currencyCode,
    type: CREDIT_TYPES[row.type],
    amountMinor: row.creditMinor,
    entryDate: row.entryDate,
    invoiceId: row.invoiceId ?? '',
    paymentId: row.paymentId ?? '',
    creditNoteId: row.creditNoteId ?? '',
    method: row.method,
    reference: row.reference,
    createTime: timestampFromDate(row.createTime),
  });
}

/** What a customer owes and has in credit, in one currency. */
export function toCustomerBalance({ currencyCode, dueMinor, creditMinor }: CustomerAccount): CustomerBalance {
  return create(CustomerBalanceSchema, {
    currencyCode,
    dueMinor: toInt64(dueMinor),
    creditMinor,
    balanceMinor: toInt64(dueMinor - creditMinor),
  });
}

const INT64_MAX = 2n ** 63n - 1n;

/** The value, limited to what the contract's int64 can hold: thousands of the largest invoices can come to more. */
export function toInt64(value: bigint): bigint {
  if (value > INT64_MAX) return INT64_MAX;
  return value < -INT64_MAX ? -INT64_MAX : value;
}
