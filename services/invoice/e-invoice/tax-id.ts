import { COUNTRY_CODES } from './code-lists.ts';
import { xmlText } from './xml.ts';

/**
 * What follows the prefix in the VAT identification numbers of the European Union, as VIES takes them (Directive 2006/112/EC,
 * Article 215: the prefix is the code of ISO 3166, for Greece EL; XI is Northern Ireland), and of Switzerland.
 */
const NUMBERS: Readonly<Record<string, RegExp>> = {
  AT: /^U[0-9]{8}$/,
  BE: /^[01][0-9]{9}$/,
  BG: /^[0-9]{9,10}$/,
  CH: /^E[0-9]{9}(MWST|TVA|IVA)?$/,
  CY: /^[0-9]{8}[A-Z]$/,
  CZ: /^[0-9]{8,10}$/,
  DE: /^[0-9]{9}$/,
  DK: /^[0-9]{8}$/,
  EE: /^[0-9]{9}$/,
  EL: /^[0-9]{9}$/,
  ES: /^[A-Z0-9][0-9]{7}[A-Z0-9]$/,
  FI: /^[0-9]{8}$/,
  FR: /^[A-Z0-9]{2}[0-9]{9}$/,
  HR: /^[0-9]{11}$/,
  HU: /^[0-9]{8}$/,
  IE: /^[0-9][A-Z0-9+*][0-9]{5}[A-Z]{1,2}$/,
  IT: /^[0-9]{11}$/,
  LT: /^([0-9]{9}|[0-9]{12})$/,
  LU: /^[0-9]{8}$/,
  LV: /^[0-9]{11}$/,
  MT: /^[0-9]{8}$/,
  NL: /^[A-Z0-9+*]{12}$/,
  PL: /^[0-9]{10}$/,
  PT: /^[0-9]{9}$/,
  RO: /^[0-9]{2,10}$/,
  SE: /^[0-9]{12}$/,
  SI: /^[0-9]{8}$/,
  SK: /^[0-9]{10}$/,
  XI: /^([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})$/,
};

/** Of other countries: digits, and perhaps a few letters after them, as in Norway. */
const OTHER_NUMBER = /^[0-9]{5,15}[A-Z]{0,4}$/;

/** A tax number with its kind in an electronic invoice. */
export type TaxId = {
  /** VAT: with the prefix of a country (BT-31, BT-48). LOCAL: anything else (BT-32). NONE: there is none. */
  readonly kind: 'VAT' | 'LOCAL' | 'NONE';
  /** A VAT number without spaces, dots and hyphens, in capitals; another one as it was given. */
  readonly text: string;
};

/**
 * Tells what kind of number a tax number is. A VAT number begins with the code of a country and goes on like the
 * numbers of that country: `HRB 1234` is from a German register, not from a Croatian tax office.
 */
export function parseTaxId(given: string): TaxId {
  const text = xmlText(given);
  if (text === '') return { kind: 'NONE', text };
  const number = text
    .toUpperCase()
    .replaceAll(/[\s.-]/g, '')
    .replace(/^GR/, 'EL');
  const [prefix, rest] = [number.slice(0, 2), number.slice(2)];
  const pattern = NUMBERS[prefix] ?? (COUNTRY_CODES.has(prefix) ? OTHER_NUMBER : undefined);
  return pattern?.test(rest) ? { kind: 'VAT', text: number } : { kind: 'LOCAL', text };
}
