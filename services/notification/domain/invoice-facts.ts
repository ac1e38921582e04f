import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Currency } from '../../../runtime/currency.ts';

/** What mails tell of any document. Amounts are in minor units of `currency`; all texts are as somebody typed them. */
export interface DocumentFacts {
  readonly number: string;
  readonly issueDate: LocalDate;
  readonly currency: Currency;
  readonly lines: readonly LineFacts[];
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxes: readonly TaxFacts[];
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  readonly dueMinor: bigint;
  readonly memo: string;
  readonly seller: SellerFacts;
  readonly customerName: string;
}

/** What mails tell of an invoice. */
export interface InvoiceFacts extends DocumentFacts {
  readonly dueDate: LocalDate;
}

/** What mails tell of a quote. */
export interface QuoteFacts extends DocumentFacts {
  /** Last day on which it can be accepted; undefined when it does not expire. */
  readonly expireDate: LocalDate | undefined;
}

/** One line. Quantity, price and percents are exact decimals with a point, e.g. `49.995`. */
export interface LineFacts {
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly taxPercent: string;
  readonly discountPercent: string;
  readonly netMinor: bigint;
}

/** The tax of one rate. */
export interface TaxFacts {
  readonly taxPercent: string;
  readonly taxMinor: bigint;
}

/** Who asks for the money. */
export interface SellerFacts {
  readonly name: string;
  readonly email: string;
  readonly taxId: string;
  /** The postal address as printed, line by line. */
  readonly addressLines: readonly string[];
}

/** What mails tell of a payment. */
export interface PaymentFacts {
  readonly amountMinor: bigint;
  readonly paymentDate: LocalDate;
  /** What was left to pay just after it. */
  readonly leftMinor: bigint;
}
