import { describe, expect, test } from 'vitest';
import { paymentOf } from './payment.ts';
import { ACCOUNT, SELLER, sellerPaidTo } from './testing/documents.ts';

const INVOICE = { number: 'INV-00001', currencyCode: 'EUR' };

describe('paymentOf', () => {
  test.each([
    ['58', 'DE89370400440532013000', 'EUR'],
    ['58', 'NO9386011117947', 'EUR'],
    ['30', 'DE89370400440532013000', 'CHF'],
    ['30', 'TR330006100519786457841326', 'EUR'], // an IBAN of a country outside SEPA
    ['30', '12-34-56 12345678', 'EUR'],
    ['30', 'DE8937', 'EUR'],
  ])(
    'is %s to %s in %s: a transfer of SEPA is one in euros to an IBAN within it',
    (meansCode, identifier, currency) => {
      const payee = sellerPaidTo({ accountIdentifier: identifier });
      expect(paymentOf(payee, { ...INVOICE, currencyCode: currency })).toMatchObject({
        meansCode,
        accountIdentifier: identifier,
        remittance: 'INV-00001',
      });
    },
  );

  test('names the holder as mails do: the seller where nobody else is named', () => {
    expect(paymentOf(sellerPaidTo(ACCOUNT), INVOICE)?.accountName).toBe('Ada Lovelace');
    for (const accountName of ['', '\ufffe']) {
      expect(paymentOf(sellerPaidTo({ ...ACCOUNT, accountName }), INVOICE)?.accountName).toBe(SELLER.name);
    }
  });

  test('is not said without an account, nor with one of which XML can hold nothing', () => {
    expect(paymentOf(SELLER, INVOICE)).toBeUndefined();
    expect(paymentOf(sellerPaidTo({ ...ACCOUNT, accountIdentifier: '\ufffe' }), INVOICE)).toBeUndefined();
  });
});
