import { isMod97 } from '../../../runtime/check-digits.ts';

/** An account to pay to, as somebody gives it; empty texts are not given. */
export interface PaymentAccountTexts {
  /** An IBAN, or the number of another account. */
  readonly accountIdentifier: string;
  readonly bic: string;
}

/**
 * The lengths of IBANs by country (ISO 13616, IBAN Registry). Countries that join later are not known here: only the
 * check digits of their IBANs are checked.
 */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const IBAN_LENGTH_MIN = 15;
const IBAN_LENGTH_MAX = 34;

/**
 * The account as it is stored: IBAN and BIC in capitals without spaces, any other number as it was given. Assumes that
 * the BIC has the shape of one.
 */
export function normalizePaymentAccount<T extends PaymentAccountTexts>(account: T): T {
  return {
    ...account,
    accountIdentifier: asIban(account.accountIdentifier) ?? account.accountIdentifier,
    bic: withoutSpaces(account.bic).toUpperCase(),
  };
}

/** What is wrong with the number of an account that looks like an IBAN; undefined when nothing is, and for any other number. */
export function findIbanFault(accountIdentifier: string): string | undefined {
  const iban = asIban(accountIdentifier);
  if (iban === undefined) return undefined;
  const length = IBAN_LENGTHS.get(iban.slice(0, 2));
  if (length !== undefined && iban.length !== length) {
    return `must have ${length} characters as an IBAN of ${iban.slice(0, 2)}, but has ${iban.length}`;
  }
  const isValid = iban.length <= IBAN_LENGTH_MAX && hasCheckDigits(iban);
  return isValid ? undefined : 'must be an IBAN with correct check digits: one of its characters is wrong';
}

/**
 * The text in the form of an IBAN when it looks like one: a country, two check digits, and letters and digits. A text
 * with a country without IBANs must be at least as long as an IBAN, since other numbers may begin like that.
 */
function asIban(text: string): string | undefined {
  const compact = withoutSpaces(text);
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]+$/i.test(compact)) return undefined;
  const iban = compact.toUpperCase();
  return iban.length >= IBAN_LENGTH_MIN || IBAN_LENGTHS.has(iban.slice(0, 2)) ? iban : undefined;
}

/** ISO 13616: the country and the check digits, 02 to 98, are moved to the end. */
function hasCheckDigits(iban: string): boolean {
  const digits = iban.slice(2, 4);
  return isMod97(iban.slice(4) + iban.slice(0, 4)) && digits >= '02' && digits <= '98';
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, '');
}
