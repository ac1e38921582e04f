import type { Currency } from '../../../runtime/currency.ts';
import { allocate } from './allocate.ts';
import { decimalFromMinor, getCurrency, minorUnits } from './currency.ts';
import {
  compareDecimals,
  type Decimal,
  type DecimalLimits,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  percentOf,
  subtractDecimals,
  ZERO,
} from './decimal.ts';
import { RuleViolation } from './rule-violation.ts';

/** What counts of a line for the amounts. Decimals are strings such as `2` or `49.995`. */
export type LineInput = {
  /** At most 12 digits before and 6 after the point. Negative for goods taken back (as EN 16931 has it). */
  readonly quantity: string;
  /** Price of one unit in the document's currency, with the same limits but never negative (EN 16931, BR-27). */
  readonly unitPrice: string;
  /** 0 to 100 with at most 6 decimal places, taken off quantity x unit price. No discount when absent or empty. */
  readonly discountPercent?: string | undefined;
  /** 0 to 100 with at most 6 decimal places, on top of the net amount. No tax when empty. */
  readonly taxPercent: string;
};

/** What counts of an invoice for its amounts. */
export type InvoiceInput = {
  /** ISO 4217; its exponent is what every amount is rounded to. */
  readonly currencyCode: string;
  /** In the order of the document; the order changes no total. */
  readonly lines: readonly LineInput[];
  /** 0 to 100 with at most 6 decimal places, taken off the subtotal. No discount when absent or empty. */
  readonly discountPercent?: string | undefined;
};

/**
 * One line with its amounts in minor units: `grossMinor - discountMinor = netMinor`. Its decimals are in their shortest
 * form (`007.50` is `7.5`, no discount is `0`), which is the one to store: it reads the same wherever it comes from.
 */
export type CalculatedLine = {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discountPercent: string;
  readonly taxPercent: string;
  /** Quantity x unit price. */
  readonly grossMinor: bigint;
  /** The line's own discount; negative on a line with a negative quantity. */
  readonly discountMinor: bigint;
  /** What the line adds to the subtotal. The document's discount is not taken off it. */
  readonly netMinor: bigint;
};

/** All lines with one tax rate, taken together, in minor units. */
export type TaxBucket = {
  /** The rate as the shortest decimal text: `19`, `9.975`. */
  readonly taxPercent: string;
  /** Nets of the lines less their part of the document's discount. */
  readonly netMinor: bigint;
  /** Tax on `netMinor`, rounded once. */
  readonly taxMinor: bigint;
};

/**
 * Amounts of an invoice in minor units. Always: `subtotalMinor` is the sum of the lines' nets, the buckets' nets sum to
 * `subtotalMinor - discountMinor`, the buckets' taxes to `taxMinor`, and `totalMinor = subtotalMinor - discountMinor +
 * taxMinor`.
 */
export type InvoiceAmounts = {
  /** One entry a line, in the order of the input. */
  readonly lines: readonly CalculatedLine[];
  readonly subtotalMinor: bigint;
  /** In its shortest form; `0` when there is no discount. */
  readonly discountPercent: string;
  /** The document's discount, rounded once. */
  readonly discountMinor: bigint;
  /** One entry a rate, lowest rate first. */
  readonly taxes: readonly TaxBucket[];
  readonly taxMinor: bigint;
  /** Never negative. */
  readonly totalMinor: bigint;
};

/**
 * No amount of an invoice exceeds this many minor units, in either direction. Small enough to be exact in a JavaScript
 * number, and for thousands of invoices to be summed in an int64.
 */
export const AMOUNT_MINOR_MAX = 999_999_999_999_999n;

const QUANTITY_LIMITS: DecimalLimits = { integerDigitsMax: 12, scaleMax: 6, negative: true };
const PRICE_LIMITS: DecimalLimits = { integerDigitsMax: 12, scaleMax: 6, negative: false };
const PERCENT_LIMITS: DecimalLimits = { integerDigitsMax: 3, scaleMax: 6, negative: false };
const HUNDRED: Decimal = { coefficient: 100n, scale: 0 };

/**
 * Calculates the amounts of an invoice, with half rounded away from zero at the currency's exponent:
 * line net = round(quantity x unit price - line discount); the document's discount is rounded once and spread over the
 * tax rates by largest remainder; tax is rounded once per rate.
 *
 * Throws INVALID_ARGUMENT for an unknown currency or a decimal that is malformed or out of bounds (the field is named),
 * AMOUNT_TOO_LARGE when an amount would exceed {@link AMOUNT_MINOR_MAX}, and NEGATIVE_TOTAL when more is taken back
 * than charged: what is owed to the customer is not an invoice.
 */
export function calculate(input: InvoiceInput): InvoiceAmounts {
  const currency = getCurrency(input.currencyCode);
  const discountPercent = parsePercent(input.discountPercent, 'discountPercent');
  const lines = input.lines.map((line, index) => calculateLine(line, currency, `lines[${index}]`));

  const subtotalMinor = bounded(sum(lines.map((line) => line.netMinor)), 'subtotal');
  const discountMinor = minorUnits(percentOf(decimalFromMinor(subtotalMinor, currency), discountPercent), currency);
  const taxes = calculateTaxes(groupByRate(lines), discountMinor, discountPercent, currency);
  const taxMinor = bounded(sum(taxes.map((bucket) => bucket.taxMinor)), 'tax');
  const totalMinor = bounded(subtotalMinor - discountMinor + taxMinor, 'total');
  if (totalMinor < 0n) throw new RuleViolation('NEGATIVE_TOTAL', 'the total of an invoice must not be negative');
  return {
    lines,
    subtotalMinor,
    discountPercent: formatDecimal(discountPercent),
    discountMinor,
    taxes,
    taxMinor,
    totalMinor,
  };
}

type RateGroup = { readonly taxPercent: Decimal; readonly netMinor: bigint };

function calculateLine(line: LineInput, currency: Currency, path: string): CalculatedLine {
  const quantity = parseDecimal(line.quantity, QUANTITY_LIMITS, `${path}.quantity`);
  const unitPrice = parseDecimal(line.unitPrice, PRICE_LIMITS, `${path}.unitPrice`);
  const discountPercent = parsePercent(line.discountPercent, `${path}.discountPercent`);
  const taxPercent = parsePercent(line.taxPercent, `${path}.taxPercent`);

  const gross = multiplyDecimals(quantity, unitPrice);
  const grossMinor = bounded(minorUnits(gross, currency), 'amount of the line', path);
  const netMinor = minorUnits(subtractDecimals(gross, percentOf(gross, discountPercent)), currency);
  // The discount shown is what is left of the gross, not rounded by itself, so that the parts sum to the whole.
  return {
    quantity: formatDecimal(quantity),
    unitPrice: formatDecimal(unitPrice),
    discountPercent: formatDecimal(discountPercent),
    taxPercent: formatDecimal(taxPercent),
    grossMinor,
    discountMinor: grossMinor - netMinor,
    netMinor,
  };
}

/** Lowest rate first, so that ties of the largest remainder do not depend on the order of the lines. */
function groupByRate(lines: readonly CalculatedLine[]): RateGroup[] {
  const netsMinor = new Map<string, bigint>();
  for (const { taxPercent, netMinor } of lines) netsMinor.set(taxPercent, (netsMinor.get(taxPercent) ?? 0n) + netMinor);
  return [...netsMinor]
    .map(([taxPercent, netMinor]) => ({ taxPercent: parsePercent(taxPercent, 'taxPercent'), netMinor }))
    .sort((a, b) => compareDecimals(a.taxPercent, b.taxPercent));
}

function calculateTaxes(
  groups: readonly RateGroup[],
  discountMinor: bigint,
  discountPercent: Decimal,
  currency: Currency,
): TaxBucket[] {
  const shares = groups.map(({ netMinor }) => netMinor * discountPercent.coefficient);
  const discounts = allocate(discountMinor, shares, 100n * 10n ** BigInt(discountPercent.scale));
  return groups.map((group, index) => {
    const taxPercent = formatDecimal(group.taxPercent);
    const netMinor = bounded(group.netMinor - (discounts[index] ?? 0n), `amount taxed at ${taxPercent} %`);
    const tax = percentOf(decimalFromMinor(netMinor, currency), group.taxPercent);
    return { taxPercent, netMinor, taxMinor: minorUnits(tax, currency) };
  });
}

function parsePercent(text: string | undefined, field: string): Decimal {
  if (text === undefined || text === '') return ZERO;
  const percent = parseDecimal(text, PERCENT_LIMITS, field);
  if (compareDecimals(percent, HUNDRED) > 0) {
    throw new RuleViolation('INVALID_ARGUMENT', `${field} must be at most 100`, { field });
  }
  return percent;
}

function bounded(amountMinor: bigint, what: string, field?: string): bigint {
  if (amountMinor <= AMOUNT_MINOR_MAX && amountMinor >= -AMOUNT_MINOR_MAX) return amountMinor;
  throw new RuleViolation('AMOUNT_TOO_LARGE', `the ${what} must not exceed ${AMOUNT_MINOR_MAX} minor units`, { field });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
