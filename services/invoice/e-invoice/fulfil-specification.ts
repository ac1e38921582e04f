import type { Currency } from '../../../runtime/currency.ts';
import { decimalFromMinor } from '../domain/currency.ts';
import { percentOf, subtractDecimals } from '../domain/decimal.ts';
import { parsePercent } from '../domain/percent.ts';
import { isWithinSlack } from './amounts.ts';
import { placeOf } from './delivery.ts';
import type { Adjustment, ElectronicInvoice, Payment } from './electronic-invoice.ts';
import { isDomestic } from './parties.ts';
import { CREDIT_TRANSFER, DANISH_ACCOUNT, DANISH_IBAN, isIban } from './payment.ts';
import type { Specification } from './specification.ts';

/** UNTDID 4461: what two parties owe each other is set off. */
const CLEARING = '97';

/**
 * The document as the specification wants it, as far as the data at hand allows. What else it asks for is found by
 * find-problems.ts. For the core of the standard the document stays as it is.
 */
export function fulfilSpecification(document: ElectronicInvoice, specification: Specification): ElectronicInvoice {
  if (specification === 'EN16931') return document;
  const { currency, delivery, buyer } = document;
  const invoice = { ...document, specification };
  return {
    ...invoice,
    delivery: delivery.countryCode === '' ? delivery : { ...delivery, ...placeOf(buyer, specification) },
    payment: paymentIn(invoice),
    adjustments: invoice.adjustments.map((item) => withExactShare(item, currency)),
    lines: invoice.lines.map((line) => ({
      ...line,
      adjustments: line.adjustments.map((item) => withExactShare(item, currency)),
    })),
  };
}

/**
 * The German rules ask for payment instructions on credit notes as well (BR-DE-1): what is taken back is set off
 * against what the customer owes. Denmark has codes of its own for transfers outside SEPA.
 */
function paymentIn(invoice: ElectronicInvoice): Payment | undefined {
  const { type, specification, payment } = invoice;
  if (type === 'CREDIT_NOTE' && (specification === 'XRECHNUNG' || isDomestic(invoice, 'DE'))) {
    return { meansCode: CLEARING, remittance: '', accountIdentifier: '', accountName: '', bic: '' };
  }
  if (payment?.meansCode !== CREDIT_TRANSFER || specification !== 'PEPPOL_BIS_BILLING' || !isDomestic(invoice, 'DK')) {
    return payment;
  }
  return { ...payment, meansCode: isIban(payment.accountIdentifier) ? DANISH_IBAN : DANISH_ACCOUNT };
}

/**
 * Keeps the percentage only when the amount is that share of its base to two hundredths of the currency
 * (PEPPOL-EN16931-R040). In a currency without decimals, rounding may miss that.
 */
function withExactShare<Item extends Adjustment>(item: Item, currency: Currency): Item {
  if (item.share === undefined) return item;
  const { percent, baseMinor } = item.share;
  const exact = percentOf(decimalFromMinor(baseMinor, currency), parsePercent(percent, 'percent'));
  const isExact = isWithinSlack(subtractDecimals(decimalFromMinor(item.amountMinor, currency), exact));
  return isExact ? item : { ...item, share: undefined };
}
