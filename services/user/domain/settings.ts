import { isTimeZone } from '../../../runtime/calendar.ts';

/** The settings of an account that have a default. */
export interface Settings {
  /** BCP 47 language tag. */
  readonly locale: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** ISO 4217 code. */
  readonly defaultCurrencyCode: string;
}

/** A setting whose value means nothing: its name in the contract, and what it must be. */
export interface SettingFault {
  readonly field: string;
  readonly description: string;
}

const DEFAULTS: Settings = { locale: 'en', timeZone: 'UTC', defaultCurrencyCode: 'EUR' };

/** Units of funds and account, and the digital bolívar: active in ISO 4217 but unknown to the runtime. */
const UNKNOWN_TO_RUNTIME = ['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'VED', 'XAD'];
/** Known to the runtime, but withdrawn from ISO 4217 or no currency that anybody is paid in. */
const WITHDRAWN = new Set(['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'XDR', 'XSU', 'ZWL']);

const CURRENCIES = new Set(
  [...Intl.supportedValuesOf('currency'), ...UNKNOWN_TO_RUNTIME].filter((code) => !WITHDRAWN.has(code)),
);

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
  if (!CURRENCIES.has(defaultCurrencyCode)) {
    faults.push({ field: 'default_currency_code', description: 'must be an ISO 4217 currency code such as EUR' });
  }
  return faults;
}
