import { type Decimal, rescaleDecimal } from './decimal.ts';
import { RuleViolation } from './rule-violation.ts';

/** A currency and how many decimal places its minor unit has. */
export type Currency = { readonly code: string; readonly exponent: 0 | 2 | 3 | 4 };

/**
 * The active codes of ISO 4217 list one (since 1 January 2026, when BGN left it) by their exponent. Codes without a minor
 * unit (precious metals, units of account, testing) are left out: nothing can be invoiced in them. The table is our own
 * because those of JavaScript engines follow cash usage and differ from ISO for some thirty codes.
 */
const CODES_BY_EXPONENT = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP
     COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
     JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN
     NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
     THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
] as const;

const CURRENCIES: ReadonlyMap<string, Currency> = new Map(
  CODES_BY_EXPONENT.flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code): [string, Currency] => [code, { code, exponent }]),
  ),
);

/** The currency with this ISO 4217 code in capitals; throws INVALID_ARGUMENT naming `field` if there is none. */
export function getCurrency(code: string, field = 'currencyCode'): Currency {
  const currency = CURRENCIES.get(code);
  if (!currency) {
    throw new RuleViolation('INVALID_ARGUMENT', `${field} must be an active ISO 4217 currency code such as EUR`, {
      field,
    });
  }
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
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(currency.exponent + 1, '0');
  const point = digits.length - currency.exponent;
  const fraction = currency.exponent === 0 ? '' : `.${digits.slice(point)}`;
  return `${amountMinor < 0n ? '-' : ''}${digits.slice(0, point)}${fraction} ${currency.code}`;
}
