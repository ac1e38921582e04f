import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RuleViolation } from '../../domain/rule-violation.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { fromCreditNote } from '../from-credit-note.ts';
import { fromInvoice } from '../from-invoice.ts';
import { ALL, DOCUMENTS, issuedCreditNote, issuedInvoice, sellerPaidTo } from '../testing/documents.ts';
import { randomInvoices } from '../testing/random-documents.ts';
import { readXml } from '../testing/read-xml.ts';
import { termsOfCii, termsOfUbl } from '../testing/terms.ts';
import { writeUbl } from '../ubl/write-ubl.ts';
import { writeCii } from './write-cii.ts';

function expectSame(document: ElectronicInvoice): void {
  const [cii, ubl] = [termsOfCii(readXml(writeCii(document))), termsOfUbl(readXml(writeUbl(document)))];
  // Where UBL says nothing of the delivery, CII has the country of the buyer, since it must say something.
  const isDelivered = ubl[72] !== undefined || ubl[80] !== undefined;
  expect(cii).toEqual(isDelivered ? ubl : { ...ubl, 80: document.buyer.address?.countryCode });
}

/** What is issued, if the rules of the service allow it. */
function ifPossible<T>(issue: () => T): T | undefined {
  try {
    return issue();
  } catch (error) {
    if (error instanceof RuleViolation) return undefined;
    throw error;
  }
}

describe('both syntaxes say the same, term by term', () => {
  test.each(Object.entries(DOCUMENTS))('of the golden file %s', (_, documentOf) => expectSame(documentOf()));

  test('of whatever is invoiced and taken back, whose sums are checked in UBL', () => {
    fc.assert(
      fc.property(randomInvoices, fc.bigInt({ min: 1n, max: 3n }), (given, part) => {
        const source = ifPossible(() => issuedInvoice(given));
        fc.pre(source !== undefined);
        expectSame(fromInvoice(source));
        const request = { ...ALL, amountMinor: source.invoice.totalMinor / part };
        const credit = ifPossible(() => issuedCreditNote(source, request));
        if (credit !== undefined) expectSame(fromCreditNote(credit.source));
      }),
      { numRuns: 300 },
    );
  });

  test('of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const line = { quantity: '1', unitPrice: '1', taxPercent: '19', description: `a${text}` };
        const seller = sellerPaidTo({ accountIdentifier: text, accountName: text, bic: text });
        expectSame(fromInvoice(issuedInvoice({ lines: [line], memo: text, seller, facts: { buyerReference: text } })));
      }),
    );
  });
});
