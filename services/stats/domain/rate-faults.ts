import { isLocalDate, type LocalDate } from '../../../runtime/calendar.ts';
import { findCurrency } from '../../../runtime/currency.ts';

/** The currencies and the date of a rate. */
export interface RateTerms {
  readonly currencyCode: string;
  /** Empty when neither the request nor the account names one. */
  readonly targetCurrencyCode: string;
  readonly date: LocalDate;
}

/** An invalid field of a rate: its name in the contract, and what it must be. */
export interface RateFault {
  readonly field: string;
  readonly description: string;
}

const CURRENCY_FAULT = 'must be an ISO 4217 currency code such as USD';

/** What is wrong with the terms of a rate. Assumes that the schema has checked their shape. */
export function findRateFaults({ currencyCode, targetCurrencyCode, date }: RateTerms): RateFault[] {
  const faults: RateFault[] = [];
  if (findCurrency(currencyCode) === undefined) faults.push({ field: 'currency_code', description: CURRENCY_FAULT });
  if (findCurrency(targetCurrencyCode) === undefined) {
    faults.push({ field: 'target_currency_code', description: CURRENCY_FAULT });
  } else if (currencyCode === targetCurrencyCode) {
    faults.push({
      field: 'target_currency_code',
      description: 'must not be the currency that is converted',
    });
  }
  if (!isLocalDate(date)) faults.push({ field: 'date', description: 'must be a valid date, YYYY-MM-DD' });
  return faults;
}
