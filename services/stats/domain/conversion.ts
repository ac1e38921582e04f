import type { LocalDate } from '../../../runtime/calendar.ts';
import { findCurrency } from '../../../runtime/currency.ts';
import { createConversion, parseRate } from './exchange-rate.ts';
import { type Amounts, addAmounts, convertAmounts, NO_AMOUNTS, type Numbers } from './numbers.ts';

/** A rate that an account has stored, and the day from which it applies. */
export interface StoredRate {
  /** An exact decimal. */
  readonly rate: string;
  readonly rateDate: LocalDate;
}

/** Converts amounts of one currency to another, each in its own minor units. */
export interface Conversion extends StoredRate {
  readonly targetCurrencyCode: string;
  readonly convert: (amountMinor: bigint) => bigint;
}

/** The conversion with a stored rate; undefined without a rate, or when a code is not a known currency. */
export function findConversion(
  currencyCode: string,
  targetCurrencyCode: string,
  stored: StoredRate | undefined,
): Conversion | undefined {
  const [from, to] = [findCurrency(currencyCode), findCurrency(targetCurrencyCode)];
  if (stored === undefined || from === undefined || to === undefined) return undefined;
  const { rate, rateDate } = stored;
  return { rate, rateDate, targetCurrencyCode, convert: createConversion(from, to, parseRate(rate)) };
}

/** The numbers of an account in one currency, and how they are converted. */
export interface CurrencyNumbers {
  readonly currencyCode: string;
  readonly numbers: Numbers;
  /** Undefined without a rate, and for the account's own currency. */
  readonly conversion: Conversion | undefined;
}

/**
 * The sum of the amounts in the target currency and of those converted to it, and the currencies that have no
 * conversion.
 */
export function totalOf(
  parts: readonly CurrencyNumbers[],
  targetCurrencyCode: string,
): { readonly amounts: Amounts; readonly unconvertedCurrencyCodes: readonly string[] } {
  let amounts = NO_AMOUNTS;
  const unconvertedCurrencyCodes: string[] = [];
  for (const { currencyCode, numbers, conversion } of parts) {
    if (currencyCode === targetCurrencyCode) amounts = addAmounts(amounts, numbers);
    else if (conversion === undefined) unconvertedCurrencyCodes.push(currencyCode);
    else amounts = addAmounts(amounts, convertAmounts(numbers, conversion.convert));
  }
  return { amounts, unconvertedCurrencyCodes };
}
