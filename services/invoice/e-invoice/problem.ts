import type { ElectronicInvoice } from './electronic-invoice.ts';
import { xmlText } from './xml.ts';

/** Something that keeps a document from being an electronic invoice. */
export type Problem = {
  /** Path of the field to change, from the invoice or credit note, in proto names: `seller.address.country_code`. */
  readonly field: string;
  /** The rule that would be broken, e.g. `BR-9`, or the term that cannot hold it, e.g. `BT-151`. */
  readonly rule: string;
  /** What is wrong, for a person, after the name of the field: `must be ...`. */
  readonly text: string;
};

/**
 * The problem of a text that is missing, or has nothing that XML can hold; none otherwise. `what` says what the text
 * is.
 */
export function missing(text: string | undefined, field: string, rule: string, what: string): Problem[] {
  return xmlText(text ?? '') === '' ? [{ field, rule, text: `must be given: ${what}` }] : [];
}

/** The problem of a missing buyer reference; a credit note has that of its invoice, and no field for it. */
export function missingReference({ type, buyerReference }: ElectronicInvoice, rule: string, what: string): Problem[] {
  return type === 'INVOICE'
    ? missing(buyerReference, 'buyer_reference', rule, what)
    : missing(buyerReference, 'invoice_id', rule, `an invoice with ${what}`);
}
