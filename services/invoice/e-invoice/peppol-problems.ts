import { sum } from '../domain/amount.ts';
import { decimalFromMinor } from '../domain/currency.ts';
import { type DecimalLimits, multiplyDecimals, parseDecimal, subtractDecimals } from '../domain/decimal.ts';
import type { TaxCategory } from '../domain/tax.ts';
import { isWithinSlack } from './amounts.ts';
import { UNLISTED_PEPPOL_CURRENCY_CODES, UNLISTED_PEPPOL_SCHEMES } from './code-lists.ts';
import type { ElectronicInvoice, Line } from './electronic-invoice.ts';
import { nationalProblems } from './national-problems.ts';
import { electronicAddressOf } from './parties.ts';
import { missing, missingReference, type Problem } from './problem.ts';
import { xmlText } from './xml.ts';

/** What the document lacks for the rules of Peppol that XRechnung shares. */
export function sharedPeppolProblems(invoice: ElectronicInvoice): Problem[] {
  const identifier = electronicAddressOf(invoice.buyer)?.identifier;
  const what = 'where electronic invoices to the customer are delivered';
  return [
    // The account always has an email address, and with it an electronic one (R020).
    ...missing(identifier, 'customer.electronic_address', 'PEPPOL-EN16931-R010', what),
    ...invoice.lines.flatMap((line) => priceProblems(line, invoice)),
  ];
}

/** What the document lacks for all rules of Peppol, the national ones included. */
export function peppolProblems(invoice: ElectronicInvoice): Problem[] {
  return [
    ...schemeProblems(invoice),
    ...sharedPeppolProblems(invoice),
    ...referenceProblems(invoice),
    ...currencyProblems(invoice),
    ...exemptionProblems(invoice),
    ...nationalProblems(invoice),
  ];
}

/**
 * Addresses in networks that Peppol does not deliver to, such as the email address that stands in when none is given.
 */
function schemeProblems({ seller, buyer }: ElectronicInvoice): Problem[] {
  return [['seller', seller] as const, ['customer', buyer] as const].flatMap(([path, party]) => {
    const scheme = electronicAddressOf(party)?.scheme ?? '';
    if (!UNLISTED_PEPPOL_SCHEMES.has(scheme)) return [];
    const text = `must be an address in the Peppol network, which does not use the scheme ${scheme}`;
    return [{ field: `${path}.electronic_address`, rule: 'PEPPOL-EN16931-CL008', text }];
  });
}

function referenceProblems(invoice: ElectronicInvoice): Problem[] {
  if (xmlText(invoice.purchaseOrderReference) !== '') return [];
  return missingReference(invoice, 'PEPPOL-EN16931-R003', 'a buyer reference or a purchase order reference');
}

function currencyProblems({ currency: { code } }: ElectronicInvoice): Problem[] {
  if (!UNLISTED_PEPPOL_CURRENCY_CODES.has(code)) return [];
  const text = `must be a code in the ISO 4217 list of Peppol, but is ${code}`;
  return [{ field: 'currency_code', rule: 'PEPPOL-EN16931-CL007', text }];
}

/** Exemptions that belong to one category of tax (PEPPOL-EN16931-P0104 to P0111). */
const EXEMPTIONS: ReadonlyMap<string, readonly [category: TaxCategory, rule: string]> = new Map([
  ['VATEX-EU-G', ['EXPORT', 'P0104']],
  ['VATEX-EU-O', ['OUTSIDE_SCOPE', 'P0105']],
  ['VATEX-EU-IC', ['INTRA_COMMUNITY', 'P0106']],
  ['VATEX-EU-AE', ['REVERSE_CHARGE', 'P0107']],
  ['VATEX-EU-D', ['EXEMPT', 'P0108']],
  ['VATEX-EU-F', ['EXEMPT', 'P0109']],
  ['VATEX-EU-I', ['EXEMPT', 'P0110']],
  ['VATEX-EU-J', ['EXEMPT', 'P0111']],
]);

function exemptionProblems({ vatBreakdown }: ElectronicInvoice): Problem[] {
  return vatBreakdown.flatMap(({ field, vat, exemptionCode }) => {
    const [category, rule] = EXEMPTIONS.get(exemptionCode) ?? [];
    if (category === undefined || category === vat.category) return [];
    const text = `must not be ${exemptionCode}, which is for the category ${category}`;
    return [{ field: `${field}.exemption_code`, rule: `PEPPOL-EN16931-${rule}`, text }];
  });
}

/** Wide enough for all the decimals of a divided price. */
const PRICE_LIMITS: DecimalLimits = { integerDigitsMax: 30, scaleMax: 30, negative: false };
const QUANTITY_LIMITS: DecimalLimits = { ...PRICE_LIMITS, negative: true };

/**
 * Lines whose amount was rounded further off quantity x price than the rule allows. That happens when the currency has
 * no decimals: 3 x 33.4 is 100 yen.
 */
function priceProblems(
  { field, quantity, price, baseQuantity, netMinor, adjustments }: Line,
  { currency }: ElectronicInvoice,
): Problem[] {
  const base = parseDecimal(baseQuantity, QUANTITY_LIMITS, 'baseQuantity');
  const added = adjustments.map(({ isCharge, amountMinor }) => (isCharge ? amountMinor : -amountMinor));
  const gross = multiplyDecimals(decimalFromMinor(netMinor - sum(added), currency), base);
  const exact = multiplyDecimals(
    parseDecimal(quantity, QUANTITY_LIMITS, 'quantity'),
    parseDecimal(price, PRICE_LIMITS, 'price'),
  );
  if (isWithinSlack(subtractDecimals(gross, exact), base)) return [];
  const text = `must make a whole amount of ${currency.code} when multiplied by the quantity: the rule allows rounding by at most 0.02`;
  return [{ field: `${field}.unit_price`, rule: 'PEPPOL-EN16931-R120', text }];
}
