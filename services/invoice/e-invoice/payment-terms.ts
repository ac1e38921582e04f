import { formatMinor } from '../domain/currency.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';

/**
 * BT-20, which says the early-payment discount; empty when there is none. XRechnung has a notation for it (BR-DE-18): a line of its
 * own, with two decimal places, and with a line break that ends it, so the text must not be trimmed. The amount that it is
 * taken of is BT-115, and is therefore not named.
 */
export function paymentTermsOf({ specification, currency, earlyDiscount }: ElectronicInvoice): string {
  if (earlyDiscount === undefined) return '';
  const { percent, days, lastDate, payableMinor } = earlyDiscount;
  if (specification === 'XRECHNUNG') return `#SKONTO#TAGE=${days}#PROZENT=${twoDecimals(percent)}#\n`;
  return `If paid by ${lastDate}: ${percent}% discount, ${formatMinor(payableMinor, currency)} payable`;
}

/** A percentage of at most two decimal places with both of them. */
function twoDecimals(percent: string): string {
  const [integer = '', fraction = ''] = percent.split('.');
  return `${integer}.${fraction.padEnd(2, '0')}`;
}
