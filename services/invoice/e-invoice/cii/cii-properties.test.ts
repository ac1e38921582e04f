import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RuleViolation } from '../../domain/rule-violation.ts';
import { placeOf } from '../delivery.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { fromCreditNote } from '../from-credit-note.ts';
import { fromInvoice } from '../from-invoice.ts';
import { fulfilSpecification } from '../fulfil-specification.ts';
import type { Specification } from '../specification.ts';
import {
  ALL,
  DOCUMENTS,
  type GivenInvoice,
  issuedCreditNote,
  issuedInvoice,
  sellerPaidTo,
} from '../testing/documents.ts';
import { partyOf } from '../testing/party-of.ts';
import { randomInvoices } from '../testing/random-documents.ts';
import { randomParties } from '../testing/random-parties.ts';
import { readXml } from '../testing/read-xml.ts';
import { SPECIFIED_DOCUMENTS } from '../testing/specified-documents.ts';
import { termsOfCii, termsOfUbl } from '../testing/terms.ts';
import { writeUbl } from '../ubl/write-ubl.ts';
import { xmlText } from '../xml.ts';
import { writeCii } from './write-cii.ts';

const specifications = fc.constantFrom<Specification>('EN16931', 'XRECHNUNG', 'PEPPOL_BIS_BILLING');

function expectSame(document: ElectronicInvoice): void {
  const [cii, ubl] = [termsOfCii(readXml(writeCii(document))), termsOfUbl(readXml(writeUbl(document)))];
  // When UBL says nothing about the delivery, CII has the place of the buyer, since it must say something.
  const isDelivered = ubl[72] !== undefined || ubl[80] !== undefined;
  const { city, postalCode, countryCode } = placeOf(document.buyer, document.specification);
  const orAbsent = (text: string) => xmlText(text) || undefined;
  const place = { 77: orAbsent(city), 78: orAbsent(postalCode), 80: orAbsent(countryCode) };
  expect(cii).toEqual(isDelivered ? ubl : { ...ubl, ...place });
}

/** The document that is issued, if the rules of the service allow it. */
function ifPossible<T>(issue: () => T): T | undefined {
  try {
    return issue();
  } catch (error) {
    if (error instanceof RuleViolation) return undefined;
    throw error;
  }
}

/** An invoice, and the credit note that takes a part of it back, as far as they are possible. */
function documentsOf(given: GivenInvoice, part: bigint): ElectronicInvoice[] {
  const source = ifPossible(() => issuedInvoice(given));
  if (source === undefined) return [];
  const request = { ...ALL, amountMinor: source.invoice.totalMinor / part };
  const credit = ifPossible(() => issuedCreditNote(source, request));
  return [fromInvoice(source), ...(credit === undefined ? [] : [fromCreditNote(credit.source)])];
}

describe('both syntaxes say the same, term by term', () => {
  test.each(Object.entries({ ...DOCUMENTS, ...SPECIFIED_DOCUMENTS }))('of the golden file %s', (_, documentOf) => {
    expectSame(documentOf());
  });

  test('of whatever is invoiced and taken back, whose sums are checked in UBL', () => {
    fc.assert(
      fc.property(randomInvoices, fc.bigInt({ min: 1n, max: 3n }), (given, part) => {
        for (const document of documentsOf(given, part)) expectSame(document);
      }),
      { numRuns: 300 },
    );
  });

  test('by whatever specification, of whomever, whose rules are checked in UBL', () => {
    fc.assert(
      fc.property(randomInvoices, randomParties, specifications, (given, parties, specification) => {
        for (const core of documentsOf({ ...given, ...parties }, 3n)) {
          expectSame(fulfilSpecification(core, specification));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), specifications, (text, specification) => {
        const party = {
          name: 'Ada',
          email: text,
          taxId: text,
          address: { line1: text, line2: text, city: text, postalCode: text, region: text, countryCode: 'DE' },
          electronicAddress: { scheme: '9930', identifier: text },
          legalRegistration: { scheme: '0088', identifier: text },
        };
        const document = fromInvoice(
          issuedInvoice({
            lines: [{ quantity: '1', unitPrice: '1', taxPercent: '19', description: `a${text}` }],
            memo: text,
            seller: partyOf({
              ...sellerPaidTo({ accountIdentifier: text, accountName: text, bic: text }),
              ...party,
              contact: { name: text, phone: text, email: text },
              taxRegistration: text,
            }),
            customer: partyOf(party),
            facts: { buyerReference: text, purchaseOrderReference: text },
          }),
        );
        expectSame(fulfilSpecification(document, specification));
      }),
    );
  });
});
