import { describe, expect, test } from 'vitest';
import { findAddressFault, findRegistrationFault } from './identifiers.ts';

const addressFault = (scheme: string, identifier: string) => findAddressFault({ scheme, identifier });

/** Valid identifiers, from the publications of those who assign them or of Peppol. */
const RIGHT: readonly [scheme: string, identifier: string][] = [
  ['0007', '5567321707'],
  ['0088', '7300010000001'],
  ['0088', '4012345000009'],
  ['0151', '51824753556'],
  ['0184', '12345674'],
  ['0184', 'DK12345674'],
  ['0192', '987654325'],
  ['0201', 'UFABCD'],
  ['0204', '991-01484-64'],
  ['0204', '04011000-1234512345-06'],
  ['0208', '0202239951'],
  ['0210', 'RSSMRA85T10A562S'],
  ['0210', '12345678903'],
  ['0211', 'IT12345678903'],
  ['EM', 'ada@example.com'],
];

describe('an identifier', () => {
  test.each(RIGHT)('of %s may be %s', (scheme, identifier) => {
    expect(addressFault(scheme, identifier)).toBeUndefined();
    if (scheme !== 'EM') expect(findRegistrationFault({ scheme, identifier })).toBeUndefined();
  });

  test.each([
    ['0007', '5567321708'],
    ['0007', '556732170'],
    ['0088', '7300010000002'],
    ['0088', '00000000'],
    ['0151', '51824753557'],
    ['0184', 'DK1234567'],
    ['0192', '987654326'],
    ['0192', '000000000'],
    ['0201', 'UF-BCD'],
    ['0204', '991-01484-65'],
    ['0204', '9-01484-64'],
    ['0204', '04011000-12345-34'],
    ['0208', '0202239952'],
    ['0210', 'RSSMRA85T10A562'],
    ['0211', 'IT12345678904'],
    ['0211', 'IT1234567890'],
    ['EM', 'ada'],
  ])('of %s is never %s', (scheme, identifier) => {
    expect(addressFault(scheme, identifier)).toMatchObject({
      field: 'identifier',
      description: expect.stringContaining(`for the scheme ${scheme}`),
    });
  });

  test('with check digits is wrong after any single mistake', () => {
    const checked = RIGHT.filter(([scheme]) =>
      ['0007', '0088', '0151', '0192', '0204', '0208', '0211'].includes(scheme),
    );
    for (const [scheme, identifier] of checked) {
      const wrong = [...identifier].flatMap((digit, index) =>
        /[0-9]/.test(digit)
          ? [...'0123456789'].map((other) => identifier.slice(0, index) + other + identifier.slice(index + 1))
          : [],
      );
      const alike = wrong.filter((text) => text !== identifier);
      expect(alike.filter((text) => addressFault(scheme, text) === undefined)).toEqual([]);
    }
  });

  test('of other schemes is not checked, and neither is a foreign VAT number as one of Italy', () => {
    expect(addressFault('9930', 'DE123456789')).toBeUndefined();
    expect(addressFault('0211', 'DE123456789')).toBeUndefined();
    expect(findRegistrationFault({ scheme: '', identifier: 'HRB 12345 B' })).toBeUndefined();
  });

  test('has a scheme of its list', () => {
    expect(addressFault('9906', '1')).toEqual({
      field: 'scheme',
      description: 'must be a code of the EAS list, but is 9906',
    });
    for (const scheme of ['0001', '0103', '0249', '9930']) {
      expect(findRegistrationFault({ scheme, identifier: '1' })).toMatchObject({ field: 'scheme' });
    }
    expect(findRegistrationFault({ scheme: '0248', identifier: '1' })).toBeUndefined();
  });

  test('that is none has no fault', () => {
    expect(addressFault('', '')).toBeUndefined();
    expect(findRegistrationFault({ scheme: '', identifier: '' })).toBeUndefined();
  });
});
