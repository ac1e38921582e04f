import type { Currency } from '../../../runtime/currency.ts';
import {
  type AllowanceChargeInput,
  type CalculatedAllowanceCharge,
  calculateAllowanceCharge,
} from './allowance-charge.ts';
import { bounded, checkDiscount, checkEither, sum } from './amount.ts';
import {
  type Decimal,
  type DecimalLimits,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  percentOf,
  subtractDecimals,
} from './decimal.ts';
import { parsePercent } from './percent.ts';
import { invalid } from './rule-violation.ts';
import { resolveTaxes, type Tax, type TaxedInput } from './tax.ts';

/** What the amounts of a line are calculated from. Decimals are strings such as `2` or `49.995`. */
export type LineInput = TaxedInput & {
  /** At most 12 digits before and 10 after the point. Negative for goods taken back (as in EN 16931). */
  readonly quantity: string;
  /**
   * Price of `baseQuantity` units in the document's currency, with the same limits but never negative (EN 16931, BR-27).
   * It contains tax when the document's prices do.
   */
  readonly unitPrice: string;
  /** How many units the price is for (BT-149), more than 0; 1 when absent or empty. */
  readonly baseQuantity?: string | undefined;
  /** 0 to 100 with at most 6 decimal places, taken off quantity x price. No discount when absent or empty. */
  readonly discountPercent?: string | undefined;
  /** The discount as an amount, in place of a percentage; none when absent or 0. */
  readonly discountAmountMinor?: bigint | undefined;
  readonly allowances?: readonly AllowanceChargeInput[] | undefined;
  readonly charges?: readonly AllowanceChargeInput[] | undefined;
};

/**
 * One line with its amounts in minor units: `grossMinor - discountMinor - allowanceMinor + chargeMinor = netMinor +
 * includedTaxMinor`. Its decimals are in their shortest form (`007.50` is `7.5`, no discount is `0`), which is the form
 * to store: equal values are equal texts, wherever they come from.
 */
export type CalculatedLine = {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly baseQuantity: string;
  readonly discountPercent: string;
  readonly discountAmountMinor: bigint;
  readonly allowances: readonly CalculatedAllowanceCharge[];
  readonly charges: readonly CalculatedAllowanceCharge[];
  /** Empty when `taxes` has a tax that is not retained. */
  readonly taxPercent: string;
  readonly taxes: readonly Tax[];
  /** Quantity x price / base quantity. */
  readonly grossMinor: bigint;
  /** The line's own discount; negative on a line with a negative quantity. */
  readonly discountMinor: bigint;
  /** Sum of the line's allowances. */
  readonly allowanceMinor: bigint;
  /** Sum of the line's charges. */
  readonly chargeMinor: bigint;
  /** What the line adds to the subtotal, without tax. The document's discount is not taken off it. */
  readonly netMinor: bigint;
  /** The tax within the line's amount; zero unless the document's prices contain tax. */
  readonly includedTaxMinor: bigint;
};

/** A line before tax is separated from its amount. */
export type TypedLine = {
  readonly line: Omit<CalculatedLine, 'netMinor' | 'includedTaxMinor'>;
  readonly applied: readonly Tax[];
  /** The line's amount, which contains tax when the document's prices do. */
  readonly typedMinor: bigint;
};

const QUANTITY_LIMITS: DecimalLimits = { integerDigitsMax: 12, scaleMax: 10, negative: true };
const UNSIGNED_LIMITS: DecimalLimits = { ...QUANTITY_LIMITS, negative: false };

/** Reads a quantity, which may be negative. Throws INVALID_ARGUMENT naming the field. */
export function parseQuantity(text: string, field: string): Decimal {
  return parseDecimal(text, QUANTITY_LIMITS, field);
}

/**
 * Calculates one line: round(quantity x price / base quantity - discount) - allowances + charges. Throws INVALID_ARGUMENT
 * or AMOUNT_TOO_LARGE naming the field below `path`.
 */
export function calculateLine(input: LineInput, currency: Currency, path: string): TypedLine {
  const quantity = parseQuantity(input.quantity, `${path}.quantity`);
  const unitPrice = parseDecimal(input.unitPrice, UNSIGNED_LIMITS, `${path}.unitPrice`);
  const baseQuantity = parseBaseQuantity(input.baseQuantity, `${path}.baseQuantity`);
  const discountPercent = parsePercent(input.discountPercent, `${path}.discountPercent`);
  const discountAmountMinor = input.discountAmountMinor ?? 0n;
  checkEither(discountPercent, discountAmountMinor, `${path}.discountAmountMinor`);
  const { taxPercent, taxes, applied } = resolveTaxes(input, path);

  const gross = multiplyDecimals(quantity, unitPrice);
  const minorOf = (amount: Decimal) => divideDecimals(amount, baseQuantity, currency.exponent).coefficient;
  const grossMinor = bounded(minorOf(gross), 'amount of the line', path);
  checkDiscount(discountAmountMinor, grossMinor, `${path}.discountAmountMinor`);
  // The discount is the difference between gross and reduced amount, not rounded separately, so that the parts sum to
  // the whole.
  const reducedMinor = minorOf(subtractDecimals(gross, percentOf(gross, discountPercent))) - discountAmountMinor;
  const calculateList = (name: 'allowances' | 'charges') =>
    (input[name] ?? []).map((item, index) =>
      calculateAllowanceCharge(item, grossMinor, currency, `${path}.${name}[${index}]`),
    );
  const allowances = calculateList('allowances');
  const charges = calculateList('charges');
  const allowanceMinor = sum(allowances.map(({ calculatedMinor }) => calculatedMinor));
  const chargeMinor = sum(charges.map(({ calculatedMinor }) => calculatedMinor));
  return {
    line: {
      quantity: formatDecimal(quantity),
      unitPrice: formatDecimal(unitPrice),
      baseQuantity: formatDecimal(baseQuantity),
      discountPercent: formatDecimal(discountPercent),
      discountAmountMinor,
      allowances,
      charges,
      taxPercent,
      taxes,
      grossMinor,
      discountMinor: grossMinor - reducedMinor,
      allowanceMinor,
      chargeMinor,
    },
    applied,
    typedMinor: bounded(reducedMinor - allowanceMinor + chargeMinor, 'amount of the line', path),
  };
}

function parseBaseQuantity(text: string | undefined, field: string): Decimal {
  const quantity = parseDecimal(text === undefined || text === '' ? '1' : text, UNSIGNED_LIMITS, field);
  if (quantity.coefficient !== 0n) return quantity;
  throw invalid(field, 'must be more than 0');
}
