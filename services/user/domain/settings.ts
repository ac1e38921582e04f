import { isTimeZone } from '../../../runtime/calendar.ts';
import { findCurrency } from '../../../runtime/currency.ts';

/** The settings of an account that have a default. */
export interface Settings {
  /** BCP 47 language tag. */
  readonly locale: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** ISO 4217 code. */
  readonly defaultCurrencyCode: string;
}

/** A setting with an unknown value: its name in the contract, and what it must be. */
export interface SettingFault {
  readonly field: string;
  readonly description: string;
}

const DEFAULTS: Settings = { locale: 'en', timeZone: 'UTC', defaultCurrencyCode: 'EUR' };

/** The settings with the default for each that is empty. */
export function completeSettings({ locale, timeZone, defaultCurrencyCode }: Settings): Settings {
  return {
    locale: locale || DEFAULTS.locale,
    timeZone: timeZone || DEFAULTS.timeZone,
    defaultCurrencyCode: defaultCurrencyCode || DEFAULTS.defaultCurrencyCode,
  };
}

/** What is wrong with settings whose texts have the right shape. */
export function findSettingFaults({ timeZone, defaultCurrencyCode }: Settings): SettingFault[] {
  const faults: SettingFault[] = [];
  if (!isTimeZone(timeZone)) {
    faults.push({ field: 'time_zone', description: 'must be an IANA time zone such as Europe/Berlin' });
  }
  if (findCurrency(defaultCurrencyCode) === undefined) {
    faults.push({ field: 'default_currency_code', description: 'must be an ISO 4217 currency code such as EUR' });
  }
  return faults;
}
