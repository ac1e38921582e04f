/** The currencies of ISO 4217. Pure (no clock, no I/O), so domain folders may use it. */

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

/** The currency with this ISO 4217 code in capitals, or undefined when there is none. */
export function findCurrency(code: string): Currency | undefined {
  return CURRENCIES.get(code);
}
