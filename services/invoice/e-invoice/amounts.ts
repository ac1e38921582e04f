import type { Currency } from '../../../runtime/currency.ts';
import { formatAmount } from '../domain/currency.ts';
import { compareDecimals, type Decimal, magnitudeOf, multiplyDecimals, ONE } from '../domain/decimal.ts';

/** Decimal places that an amount has at most (BR-DEC-*, UBL-DT-1). */
const DECIMALS_MAX = 2;

/** The amount with the decimal places of its currency, but at most two; assumes that the others are zeros. */
export function amountText(amountMinor: bigint, currency: Currency): string {
  const text = formatAmount(amountMinor, currency);
  return currency.exponent > DECIMALS_MAX ? text.slice(0, DECIMALS_MAX - currency.exponent) : text;
}

/** How far an amount may be off what it is calculated from: two hundredths of the currency (PEPPOL-EN16931-R040 and R120). */
const SLACK: Decimal = { coefficient: 2n, scale: 2 };

/** Whether the difference between an amount and what it is calculated from is small enough, `times` over. */
export function isWithinSlack({ coefficient, scale }: Decimal, times: Decimal = ONE): boolean {
  return compareDecimals({ coefficient: magnitudeOf(coefficient), scale }, multiplyDecimals(SLACK, times)) <= 0;
}

/** Whether the amount has no more decimal places than the standard allows. */
export function isSayable(amountMinor: bigint, { exponent }: Currency): boolean {
  return exponent <= DECIMALS_MAX || amountMinor % 10n ** BigInt(exponent - DECIMALS_MAX) === 0n;
}
