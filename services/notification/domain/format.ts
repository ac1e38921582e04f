import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Currency } from '../../../runtime/currency.ts';
import type { Language } from './language.ts';

const SEPARATORS = { en: { group: ',', point: '.' }, de: { group: '.', point: ',' } } as const;

const MONTHS = {
  en: 'January February March April May June July August September October November December'.split(' '),
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
} as const;

/** An amount with all decimals of its currency and its code: `1,234.50 EUR`, in German `1.234,50 EUR`. */
export function formatAmount(amountMinor: bigint, currency: Currency, language: Language): string {
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(currency.exponent + 1, '0');
  const end = digits.length - currency.exponent;
  const sign = amountMinor < 0n ? '-' : '';
  return `${sign}${joinNumber(digits.slice(0, end), digits.slice(end), language)} ${currency.code}`;
}

/** An exact decimal such as `1234.5` with the separators of the language. Zeros after the last decimal are left out. */
export function formatDecimal(decimal: string, language: Language): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*([0-9]+)(?:[.]([0-9]*?)0*)?$/.exec(decimal) ?? [];
  if (whole === '') throw new RangeError(`not a decimal: ${decimal}`);
  return `${sign}${joinNumber(whole, fraction, language)}`;
}

/** Codes with a name that is not that of a country, such as that of an unknown region, and of letters for trials. */
const NO_COUNTRIES = ['QO', 'XA', 'XB', 'ZZ'];

/** The name of a country by its ISO 3166-1 code: `Austria`, in German `Österreich`. Gives anything else back as it is. */
export function formatCountry(code: string, language: Language): string {
  const isCountry = /^[A-Z]{2}$/.test(code) && !NO_COUNTRIES.includes(code);
  return (isCountry && new Intl.DisplayNames(language, { type: 'region' }).of(code)) || code;
}

/** Whether a decimal is 0, or left empty. */
export function isZero(decimal: string): boolean {
  return /^[0.]*$/.test(decimal);
}

/**
 * A price as it was entered, with the decimals of the currency at least: 49.995 EUR stays 49.995, 2 EUR becomes 2.00.
 * The code of the currency is left out.
 */
export function formatPrice(price: string, currency: Currency, language: Language): string {
  const [whole = '', fraction = ''] = formatDecimal(price, 'en').replaceAll(',', '').split('.');
  return joinNumber(whole, fraction.padEnd(currency.exponent, '0'), language);
}

function joinNumber(whole: string, fraction: string, language: Language): string {
  const { group, point } = SEPARATORS[language];
  const grouped = whole.replaceAll(/(?<=[0-9])(?=(?:[0-9]{3})+$)/g, group);
  return fraction === '' ? grouped : `${grouped}${point}${fraction}`;
}

/** A day in words: `31 March 2026`, in German `31. März 2026`. Assumes that it exists. */
export function formatDate(date: LocalDate, language: Language): string {
  const day = Number(date.slice(8, 10));
  const month = MONTHS[language][Number(date.slice(5, 7)) - 1];
  const year = Number(date.slice(0, 4));
  if (month === undefined) throw new RangeError(`not a date: ${date}`);
  return language === 'de' ? `${day}. ${month} ${year}` : `${day} ${month} ${year}`;
}

/** Whether the number of an account is an IBAN, in capitals without spaces, which was checked when it was given. */
export function isIban(identifier: string): boolean {
  return /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(identifier);
}

/** An IBAN in groups of four, as ISO 13616 requires on paper. */
export function formatIban(iban: string): string {
  return iban.replaceAll(/.{4}(?=.)/g, '$& ');
}
