import { describe, expect, test } from 'vitest';
import { findIbanFault, normalizePaymentAccount } from './payment-account.ts';

const normalized = (accountIdentifier: string, bic = '') => normalizePaymentAccount({ accountIdentifier, bic });

describe('an IBAN', () => {
  // Examples of the IBAN Registry: with letters, the shortest and the longest.
  test.each([
    'DE89370400440532013000',
    'AT611904300234573201',
    'CH9300762011623852957',
    'GB29NWBK60161331926819',
    'NO9386011117947',
    'FR1420041010050500013M02606',
    'MT84MALT011000012345MTLCAST001S',
    'LC55HEMM000100010012001200023015',
    'RU0304452522540817810538091310419',
  ])('%s is right', (iban) => {
    expect(findIbanFault(iban)).toBeUndefined();
  });

  test.each(['de89 3704 0044 0532 0130 00', 'DE89\u00a03704\u202f0044 0532\t0130 00', 'De89370400440532013000'])(
    'given as "%s" is kept in capitals without spaces',
    (given) => {
      expect(findIbanFault(given)).toBeUndefined();
      expect(normalized(given).accountIdentifier).toBe('DE89370400440532013000');
    },
  );

  test.each([
    ['DE88370400440532013000', 'check digits'],
    ['DE89370400440532013001', 'check digits'],
    ['DE89370400440532010300', 'check digits'],
    ['ED89370400440532013000', 'check digits'],
    ['DE8937040044053201300', 'must have 22 characters as an IBAN of DE, but has 21'],
    ['DE893704004405320130000', 'must have 22 characters as an IBAN of DE, but has 23'],
    ['DE89 3704', 'must have 22 characters as an IBAN of DE, but has 8'],
    [`ZZ89${'0'.repeat(31)}`, 'check digits'],
  ])('%s is wrong', (iban, fault) => {
    expect(findIbanFault(iban)).toContain(fault);
    expect(findIbanFault(iban.toLowerCase())).toContain(fault);
  });

  test('is wrong after any single mistake, and after two neighbours changed places', () => {
    const iban = 'GB29NWBK60161331926819';
    const wrong = new Set<string>();
    for (let index = 0; index < iban.length; index++) {
      // A digit in place of a letter may go unnoticed.
      for (const other of /[0-9]/.test(iban.charAt(index)) ? '0123456789' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
        wrong.add(iban.slice(0, index) + other + iban.slice(index + 1));
      }
      wrong.add(iban.slice(0, index) + iban.charAt(index + 1) + iban.charAt(index) + iban.slice(index + 2));
    }
    wrong.delete(iban);
    const alike = [...wrong].filter((text) => /^[A-Z]{2}[0-9]{2}/.test(text)); // others do not look like IBANs
    expect(alike.filter((text) => findIbanFault(text) === undefined)).toEqual([]);
  });

  test.each(['ZZ00000000000024', 'ZZ01000000000006', 'ZZ99000000000085'])(
    '%s has check digits that are never given, though the remainder is right',
    (iban) => {
      expect(findIbanFault(iban)).toContain('check digits');
    },
  );

  test('of a country that joined later is judged by its check digits', () => {
    const joined = Array.from({ length: 97 }, (_, index) => `ZZ${String(index + 2).padStart(2, '0')}00000000000000`);
    expect(joined.filter((iban) => findIbanFault(iban) === undefined)).toHaveLength(1);
  });
});

test.each(['12345678', 'Sort code 12-34-56, account 12345678', '000-123-456', 'AB12345', 'D/12345678-1', 'Konto 12'])(
  'the number %s is none that is checked, and is kept as it is',
  (number) => {
    expect(findIbanFault(number)).toBeUndefined();
    expect(normalized(number).accountIdentifier).toBe(number);
  },
);

test('a BIC is kept in capitals without spaces', () => {
  expect(normalized('1', 'coba de ff xxx').bic).toBe('COBADEFFXXX');
  expect(normalized('1').bic).toBe('');
});
