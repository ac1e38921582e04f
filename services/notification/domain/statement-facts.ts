import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Currency } from '../../../runtime/currency.ts';
import type { PartyFacts, SellerFacts } from './invoice-facts.ts';

/** What a customer is told about the account with a seller. */
export interface StatementFacts {
  /** The day on which it is made. */
  readonly today: LocalDate;
  /** The period it is about; either day is empty when it is open. */
  readonly fromDate: LocalDate | '';
  readonly toDate: LocalDate | '';
  readonly seller: SellerFacts;
  /** Undefined when it was deleted. */
  readonly customer: PartyFacts | undefined;
  /** Before the first entry. */
  readonly openingBalances: readonly BalanceFacts[];
  readonly entries: readonly StatementEntryFacts[];
  /** After the last entry. */
  readonly closingBalances: readonly BalanceFacts[];
}

/** What is owed in one currency, less credit. Negative when it is owed to the customer. */
export interface BalanceFacts {
  readonly currency: Currency;
  readonly balanceMinor: bigint;
}

/** What an entry of a statement can be. */
export type StatementEntryType =
  | 'INVOICE'
  | 'VOID'
  | 'PAYMENT'
  | 'CREDIT_APPLIED'
  | 'CREDIT_NOTE'
  | 'WRITE_OFF'
  | 'EARLY_PAYMENT_DISCOUNT'
  | 'REVERSAL'
  | 'DEPOSIT'
  | 'REFUND';

/** One document or payment. Texts and dates are empty where it has none. */
export interface StatementEntryFacts extends BalanceFacts {
  readonly type: StatementEntryType;
  readonly entryDate: LocalDate;
  /** What it adds to the balance. */
  readonly amountMinor: bigint;
  readonly invoiceNumber: string;
  readonly dueDate: LocalDate | '';
  readonly creditNoteNumber: string;
  readonly method: string;
  readonly reference: string;
}

/**
 * Whether each balance is the previous one in its currency plus the entry's amount. It is not when others changed the account while
 * the statement was read page by page.
 */
export function addsUp({
  openingBalances,
  entries,
  closingBalances,
}: Pick<StatementFacts, 'openingBalances' | 'entries' | 'closingBalances'>): boolean {
  const balances = new Map(openingBalances.map(({ currency, balanceMinor }) => [currency.code, balanceMinor]));
  for (const { currency, amountMinor, balanceMinor } of entries) {
    if ((balances.get(currency.code) ?? 0n) + amountMinor !== balanceMinor) return false;
    balances.set(currency.code, balanceMinor);
  }
  return closingBalances.every(({ currency, balanceMinor }) => (balances.get(currency.code) ?? 0n) === balanceMinor);
}
