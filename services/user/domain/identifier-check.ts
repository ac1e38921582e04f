import { isLuhn, isMod97, isNorwegianNumber } from '../../../runtime/check-digits.ts';

/** Checks whether a text is an identifier of a scheme; `kind` is what those are called. */
type IdentifierCheck = { readonly kind: string; readonly isValid: (text: string) => boolean };

/**
 * The schemes whose identifiers Peppol checks (PEPPOL-COMMON-R040 to R050, BIS Billing 3.0.19), and the Leitweg-ID. In the lists EAS
 * and ISO 6523 a code means the same.
 */
const CHECKS: Readonly<Record<string, IdentifierCheck>> = {
  '0007': {
    kind: 'a Swedish organisation number of 10 digits',
    isValid: (text) => /^\d{10}$/.test(text) && isLuhn(text),
  },
  '0088': { kind: 'a GLN of 13 digits', isValid: (text) => /^\d{13}$/.test(text) && isGln(text) },
  '0151': {
    kind: 'an Australian business number of 11 digits',
    isValid: (text) => /^\d{11}$/.test(text) && isAbn(text),
  },
  '0184': { kind: 'a Danish CVR number of 8 digits', isValid: (text) => /^(DK)?\d{8}$/.test(text) },
  '0192': { kind: 'a Norwegian organisation number of 9 digits', isValid: isNorwegianNumber },
  '0201': { kind: 'an Italian IPA code of 6 letters and digits', isValid: (text) => /^[A-Z0-9]{6}$/i.test(text) },
  '0204': { kind: 'a Leitweg-ID', isValid: isLeitwegId },
  '0208': { kind: 'a Belgian enterprise number of 10 digits', isValid: isBelgian },
  '0210': {
    kind: 'an Italian codice fiscale',
    isValid: (text) => /^([A-Z]{6}\d{2}[A-Z]\d{2}[A-Z0-9]{3}\d[A-Z]|\d{11})$/i.test(text),
  },
  '0211': { kind: 'an Italian VAT number: IT and 11 digits', isValid: isPartitaIva },
  EM: { kind: 'an email address', isValid: (text) => /^[^@\s]+@[^@\s]+$/.test(text) },
};

/** What is wrong with an identifier of the scheme; undefined when nothing is, and for schemes that are not checked. */
export function findIdentifierFault(scheme: string, identifier: string): string | undefined {
  const check = CHECKS[scheme];
  return check === undefined || check.isValid(identifier)
    ? undefined
    : `must be valid for the scheme ${scheme}: ${check.kind}`;
}

/** The sum of the digits of a text, from its last to its first, each times its weight; the weights repeat. */
function weightedSum(text: string, weights: readonly number[]): number {
  return [...text]
    .reverse()
    .reduce((sum, digit, index) => sum + Number(digit) * (weights[index % weights.length] ?? 0), 0);
}

/** GS1 General Specifications, 7.9: weights 1 and 3 from the check digit on. */
function isGln(digits: string): boolean {
  return weightedSum(digits, [1, 3]) % 10 === 0;
}

/** One is taken off the first digit; the sum is then a multiple of 89. */
function isAbn(digits: string): boolean {
  return (weightedSum(digits, [19, 17, 15, 13, 11, 9, 7, 5, 3, 1, 10]) - 10) % 89 === 0;
}

/** The last two digits are what the first eight lack to a multiple of 97. */
function isBelgian(text: string): boolean {
  return /^\d{10}$/.test(text) && 97 - (Number(text.slice(0, 8)) % 97) === Number(text.slice(8));
}

/** A number without the prefix IT is one of another country, which is not checked. */
function isPartitaIva(text: string): boolean {
  return !/^IT/i.test(text) || (/^IT\d{11}$/i.test(text) && isLuhn(text.slice(2)));
}

/**
 * KoSIT, Formatspezifikation Leitweg-ID 2.0: where the authority is, up to 30 characters of its own, and check digits.
 */
function isLeitwegId(text: string): boolean {
  return /^\d{2,12}(-[A-Z0-9]{1,30})?-\d{2}$/i.test(text) && isMod97(text.replaceAll('-', ''));
}
