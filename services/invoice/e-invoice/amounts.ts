import type { Currency } from '../../../runtime/currency.ts';
import { formatAmount } from '../domain/currency.ts';

/** Decimal places that an amount has at most (BR-DEC-*, UBL-DT-1). */
const DECIMALS_MAX = 2;

/** The amount with the decimal places of its currency, of which at most two; assumes that the others are zeros. */
export function amountText(amountMinor: bigint, currency: Currency): string {
  const text = formatAmount(amountMinor, currency);
  return currency.exponent > DECIMALS_MAX ? text.slice(0, DECIMALS_MAX - currency.exponent) : text;
}

/** Whether the amount has no more decimal places than one may have. */
export function isSayable(amountMinor: bigint, { exponent }: Currency): boolean {
  return exponent <= DECIMALS_MAX || amountMinor % 10n ** BigInt(exponent - DECIMALS_MAX) === 0n;
}
