import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Currency } from '../../../runtime/currency.ts';

/** What makes up the total of a document; without tax unless a field says otherwise. Amounts are in minor units of `currency`. */
export interface TotalsFacts {
  readonly currency: Currency;
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly allowances: readonly AdjustmentFacts[];
  readonly charges: readonly AdjustmentFacts[];
  readonly taxes: readonly TaxFacts[];
  readonly totalMinor: bigint;
  /** Taxes that the customer keeps back. */
  readonly retainedTaxes: readonly TaxFacts[];
  readonly roundingMinor: bigint;
}

/** What customers are told about an invoice or a quote. All texts are as somebody typed them. */
export interface DocumentFacts extends TotalsFacts {
  readonly number: string;
  readonly issueDate: LocalDate;
  /** The reference that the customer wants on the document; empty for none. */
  readonly buyerReference: string;
  /** The customer's purchase order; empty when there is none. */
  readonly purchaseOrderReference: string;
  readonly lines: readonly LineFacts[];
  readonly prepaidMinor: bigint;
  readonly paidMinor: bigint;
  /** What credit notes took off the amount due. */
  readonly creditedMinor: bigint;
  /** The early-payment discount that was granted. */
  readonly earlyDiscountMinor: bigint;
  /** What was written off otherwise. */
  readonly writtenOffMinor: bigint;
  readonly dueMinor: bigint;
  readonly memo: string;
  readonly seller: SellerFacts;
  readonly customer: PartyFacts;
}

/** What customers are told about an invoice. */
export interface InvoiceFacts extends DocumentFacts {
  /** The next day by which something is to be paid. */
  readonly dueDate: LocalDate;
  /** The date of supply; empty when the invoice does not say it. */
  readonly deliveryDate: LocalDate | '';
  /** The period that is invoiced. Either day is empty when it is open, and both when the invoice names no period. */
  readonly periodStartDate: LocalDate | '';
  readonly periodEndDate: LocalDate | '';
  /** Number of the invoice that it replaces; empty when it replaces none. */
  readonly replacedNumber: string;
  /** The instalments, by due date; empty when it is paid in one sum. */
  readonly instalments: readonly InstalmentFacts[];
  /** The discount for a customer who pays early; undefined when there is none. */
  readonly earlyDiscount: EarlyDiscountFacts | undefined;
}

/** A discount for a customer who pays early. */
export interface EarlyDiscountFacts {
  /** An exact decimal with a point. */
  readonly percent: string;
  readonly lastDate: LocalDate;
  /** What is to be paid by then, instead of the amount due. */
  readonly dueMinor: bigint;
}

/** Whether an invoice was paid to the full amount, without anything being credited or written off. */
export function isPaidInFull({ dueMinor, paidMinor, creditedMinor, writtenOffMinor }: InvoiceFacts): boolean {
  return dueMinor === 0n && paidMinor !== 0n && creditedMinor === 0n && writtenOffMinor === 0n;
}

/** An instalment, and how much of it is still to be paid. */
export interface InstalmentFacts {
  readonly dueDate: LocalDate;
  readonly dueMinor: bigint;
}

/** What a reminder is about. */
export interface ReminderFacts {
  /** The day of sending. */
  readonly today: LocalDate;
  /** The due date that it reminds of. */
  readonly dueDate: LocalDate;
}

/** What customers are told about a quote. */
export interface QuoteFacts extends DocumentFacts {
  /** Last day on which it can be accepted; undefined when it does not expire. */
  readonly expireDate: LocalDate | undefined;
}

/** One line. Quantity, price and percents are exact decimals with a point, e.g. `49.995`. */
export interface LineFacts {
  readonly description: string;
  readonly quantity: string;
  /** What the quantity counts, a code of UN/ECE Recommendation 20; empty or `C62` for pieces. */
  readonly unitCode: string;
  readonly unitPrice: string;
  /** How many units the price is for; empty for one. */
  readonly baseQuantity: string;
  readonly taxPercent: string;
  /** Taxes, where the rate does not say everything. */
  readonly taxes: readonly { readonly percent: string; readonly retained: boolean }[];
  readonly discountPercent: string;
  readonly discountMinor: bigint;
  readonly allowances: readonly LineAdjustmentFacts[];
  readonly charges: readonly LineAdjustmentFacts[];
  /** The tax that is in the price and not in the net amount. */
  readonly includedTaxMinor: bigint;
  readonly netMinor: bigint;
}

/** An allowance or a charge of a line. */
export interface LineAdjustmentFacts {
  /** Why; empty when only a code says it. */
  readonly reason: string;
  readonly calculatedMinor: bigint;
}

/** An allowance or a charge of the document. */
export interface AdjustmentFacts {
  /** Why; empty when only a code says it. */
  readonly reason: string;
  readonly netMinor: bigint;
}

/** Why no tax is charged. The law requires this on the document. */
export type Exemption = 'EXEMPT' | 'REVERSE_CHARGE' | 'INTRA_COMMUNITY' | 'EXPORT' | 'OUTSIDE_SCOPE';

/** One tax. */
export interface TaxFacts {
  /** What it is called; empty for value added tax without a name. */
  readonly name: string;
  readonly taxPercent: string;
  /** The taxable amount. */
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  /** Undefined where tax is charged, even at 0. */
  readonly exemption?: Exemption | undefined;
  /** The exemption in the seller's words, or the code that stands for them; may be empty. */
  readonly exemptionReason?: string;
}

/** The seller or the customer. */
export interface PartyFacts {
  readonly name: string;
  readonly taxId: string;
  /** Number in a register of businesses, e.g. `HRB 12345 B`; empty when there is none. */
  readonly registration: string;
  /** The postal address without its country, line by line. */
  readonly addressLines: readonly string[];
  /** The country of the address, ISO 3166-1 alpha-2; empty when it is not known. */
  readonly countryCode: string;
}

/** The seller, who asks for the money. */
export interface SellerFacts extends PartyFacts {
  /** Whom to ask, a person or a department; empty when that is the seller. */
  readonly contactName: string;
  readonly phone: string;
  readonly email: string;
  /** A tax number besides `taxId`, or a phrase that the law requires, such as `Godkänd för F-skatt`; empty when there is none. */
  readonly taxRegistration: string;
  /** Where to pay; undefined when the seller has not said it. */
  readonly paymentAccount: PaymentAccountFacts | undefined;
}

/** An account to pay to. */
export interface PaymentAccountFacts {
  readonly holder: string;
  /** An IBAN in capitals without spaces, or the number of another account. */
  readonly identifier: string;
  /** Empty when it is not known. */
  readonly bic: string;
}

/** What customers are told about a payment. */
export interface PaymentFacts {
  /** The day on which it was recorded. */
  readonly today: LocalDate;
  readonly amountMinor: bigint;
  readonly paymentDate: LocalDate;
  /** The part of it that was more than what was due, and became credit of the customer. */
  readonly excessMinor: bigint;
  /** What was left to pay just after it. */
  readonly leftMinor: bigint;
}

/** What customers are told about a credit note. */
export interface CreditNoteFacts extends TotalsFacts {
  readonly number: string;
  readonly issueDate: LocalDate;
  readonly invoiceNumber: string;
  readonly invoiceIssueDate: LocalDate;
  readonly reason: string;
  readonly lines: readonly CreditNoteLineFacts[];
  /** What the customer gets: what is taken off the amount due, and credit. */
  readonly payableMinor: bigint;
  readonly appliedMinor: bigint;
  readonly creditMinor: bigint;
  readonly seller: SellerFacts;
  readonly customer: PartyFacts;
}

/** What is credited of a line. The quantity is empty when an amount is credited. */
export type CreditNoteLineFacts = Pick<
  LineFacts,
  'description' | 'quantity' | 'unitCode' | 'taxPercent' | 'taxes' | 'netMinor'
>;
