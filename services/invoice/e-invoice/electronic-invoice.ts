import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Currency } from '../../../runtime/currency.ts';
import type { TaxCategory } from '../domain/tax.ts';
import type { Specification } from './specification.ts';

/**
 * An invoice or a credit note in the semantic model of EN 16931, which UBL and CII write down, as far as there is data
 * for its terms. Amounts are minor units, decimals exact texts. A further term of the standard becomes a member here.
 * It is filled in by from-invoice.ts and from-credit-note.ts, or by fulfil-specification.ts when only some
 * specifications ask for it, and written where its group is written, in ubl/ and in cii/.
 */
export type ElectronicInvoice = {
  /** BT-24, and with it BT-23. */
  readonly specification: Specification;
  /** BT-3: 380 or 381. */
  readonly type: 'INVOICE' | 'CREDIT_NOTE';
  /** BT-1. Empty on a draft. */
  readonly number: string;
  /** BT-2, `YYYY-MM-DD`. */
  readonly issueDate: string;
  /** BT-9. Empty on a credit note, which is not to be paid. */
  readonly dueDate: string;
  /** BT-5. */
  readonly currency: Currency;
  /** BT-22. Empty when there is none. */
  readonly note: string;
  /** BT-10. Empty when there is none. */
  readonly buyerReference: string;
  /** BG-14. */
  readonly period: Period;
  /** BT-13. Empty when there is none. */
  readonly purchaseOrderReference: string;
  /** BG-3: the invoice that this one replaces, or that a credit note takes back. */
  readonly preceding: { readonly number: string; readonly issueDate: string } | undefined;
  /** BG-4. */
  readonly seller: Party;
  /** BG-7. */
  readonly buyer: Party;
  /** BG-13. */
  readonly delivery: Delivery;
  /**
   * BG-16. Undefined on a credit note, unless the specification asks for it, and when the seller has given no account
   * to pay to.
   */
  readonly payment: Payment | undefined;
  /** The discount for who pays early, which BT-20 says; undefined when there is none. */
  readonly earlyDiscount: EarlyDiscount | undefined;
  /** BG-20 and BG-21, the discount of the document included. */
  readonly adjustments: readonly DocumentAdjustment[];
  /** BG-22. */
  readonly totals: Totals;
  /** BG-23, an entry for each tax that anything carries. */
  readonly vatBreakdown: readonly VatTotal[];
  /** BG-25. */
  readonly lines: readonly Line[];
};

/** The period that is invoiced; either end may be open, which is empty. */
export type Period = {
  /** BT-73, `YYYY-MM-DD`. */
  readonly startDate: string;
  /** BT-74, `YYYY-MM-DD`. */
  readonly endDate: string;
};

/** When and where it was delivered, as far as that is given. */
export type Delivery = {
  /** BT-72, `YYYY-MM-DD`. Empty when it is not given. */
  readonly date: string;
  /** BT-77. Empty when it is not given. */
  readonly city: string;
  /** BT-78. Empty when it is not given. */
  readonly postalCode: string;
  /** BT-80. Empty when it is not given. */
  readonly countryCode: string;
};

/** How to pay: by a transfer to an account (BG-17), or without one, when all but the code is empty. */
export type Payment = {
  /** BT-81: a code of UNTDID 4461. */
  readonly meansCode: string;
  /** BT-83. */
  readonly remittance: string;
  /** BT-84. */
  readonly accountIdentifier: string;
  /** BT-85. */
  readonly accountName: string;
  /** BT-86. Empty when it is not known. */
  readonly bic: string;
};

/** A discount for who pays early. */
export type EarlyDiscount = {
  /** With at most two decimal places. */
  readonly percent: string;
  /** How many days after the issue date its last day is. */
  readonly days: number;
  /** That day, `YYYY-MM-DD`. */
  readonly lastDate: string;
  /** What is to be paid by then, instead of BT-115. */
  readonly payableMinor: bigint;
};

/** The value added tax that something is subject to (BT-151, BT-152 and similar terms). */
export type Vat = { readonly category: TaxCategory; readonly percent: string };

/** The total of one tax (BG-23). */
export type VatTotal = {
  /** Its path in the invoice, as in all `field`s here: `taxes[0]`. */
  readonly field: string;
  readonly vat: Vat;
  readonly taxableMinor: bigint;
  readonly taxMinor: bigint;
  /** BT-120. */
  readonly exemptionReason: string;
  /** BT-121. */
  readonly exemptionCode: string;
};

/** An allowance or charge of a line (BG-27, BG-28), without tax. */
export type Adjustment = {
  readonly field: string;
  readonly isCharge: boolean;
  readonly reason: string;
  readonly reasonCode: string;
  readonly amountMinor: bigint;
  /** The percentage and base that give exactly the amount; undefined when there are none. */
  readonly share: { readonly percent: string; readonly baseMinor: bigint } | undefined;
};

/** An allowance or charge of the document (BG-20, BG-21), without tax. */
export type DocumentAdjustment = Adjustment & { readonly vat: Vat };

/** A line (BG-25): round(quantity x price / base quantity) - allowances + charges = net, always. */
export type Line = {
  readonly field: string;
  /** BT-153. */
  readonly name: string;
  /** BT-129. */
  readonly quantity: string;
  /** BT-130. */
  readonly unitCode: string;
  /** BT-131. */
  readonly netMinor: bigint;
  /** BT-146, without tax, never negative. */
  readonly price: string;
  /** BT-149. */
  readonly baseQuantity: string;
  readonly vat: Vat;
  readonly adjustments: readonly Adjustment[];
};

/** BG-22. */
export type Totals = {
  /** BT-106. */
  readonly linesMinor: bigint;
  /** BT-110. */
  readonly taxMinor: bigint;
  /** BT-112. */
  readonly totalMinor: bigint;
  /** BT-113: paid before the invoice was made. */
  readonly prepaidMinor: bigint;
  /** BT-114. */
  readonly roundingMinor: bigint;
  /** BT-115: what was to be paid when it was opened. */
  readonly payableMinor: bigint;
};
