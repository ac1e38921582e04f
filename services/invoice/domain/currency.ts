import { type Currency, findCurrency } from '../../../runtime/currency.ts';
import { type Decimal, rescaleDecimal } from './decimal.ts';
import { invalid } from './rule-violation.ts';

/** The currency with this ISO 4217 code in capitals; throws INVALID_ARGUMENT naming `currencyCode` if there is none. */
export function getCurrency(code: string): Currency {
  const currency = findCurrency(code);
  if (!currency) throw invalid('currencyCode', 'must be an active ISO 4217 currency code such as EUR');
  return currency;
}

/** The amount in whole minor units of the currency (cents for EUR, yen for JPY), rounded half away from zero. */
export function minorUnits(amount: Decimal, currency: Currency): bigint {
  return rescaleDecimal(amount, currency.exponent).coefficient;
}

/** The decimal value of an amount in minor units: 6259 EUR -> 62.59. */
export function decimalFromMinor(amountMinor: bigint, currency: Currency): Decimal {
  return { coefficient: amountMinor, scale: currency.exponent };
}

/** The amount with the currency's decimal places and its code, for messages and logs: `62.59 EUR`, `-5 JPY`. */
export function formatMinor(amountMinor: bigint, currency: Currency): string {
  return `${formatAmount(amountMinor, currency)} ${currency.code}`;
}

/** The amount with the currency's decimal places: `62.59`, `-5`. */
export function formatAmount(amountMinor: bigint, currency: Currency): string {
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(currency.exponent + 1, '0');
  const point = digits.length - currency.exponent;
  const fraction = currency.exponent === 0 ? '' : `.${digits.slice(point)}`;
  return `${amountMinor < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}
