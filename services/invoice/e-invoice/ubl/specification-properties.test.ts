import fc from 'fast-check';
import { type Element, parseXmlDocument } from 'slimdom';
import { describe, expect, test } from 'vitest';
import { RuleViolation } from '../../domain/rule-violation.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { findProblems } from '../find-problems.ts';
import { fromCreditNote } from '../from-credit-note.ts';
import { fromInvoice } from '../from-invoice.ts';
import { fulfilSpecification } from '../fulfil-specification.ts';
import type { Specification } from '../specification.ts';
import { UBL } from '../syntax.ts';
import { ALL, issuedCreditNote, issuedInvoice } from '../testing/documents.ts';
import { partyOf } from '../testing/party-of.ts';
import { randomInvoices } from '../testing/random-documents.ts';
import { randomParties } from '../testing/random-parties.ts';
import { grossOf, type Node, readXml } from '../testing/read-xml.ts';
import { GERMAN_SELLER } from '../testing/specified-documents.ts';
import { xmlText } from '../xml.ts';
import { writeUbl } from './write-ubl.ts';

/** Two hundredths of the currency in thousandths, the unit in which `read-xml.ts` gives amounts. */
const SLACK = 20n;

const given = fc.tuple(randomInvoices, randomParties).map(([invoice, parties]) => ({ ...invoice, ...parties }));

/** An invoice and the credit note that takes all of it back, as far as they are possible. */
function documentsOf(invoice: Parameters<typeof issuedInvoice>[0]): ElectronicInvoice[] {
  try {
    const source = issuedInvoice(invoice);
    const amountMinor = source.invoice.totalMinor / 3n;
    return [fromInvoice(source), fromCreditNote(issuedCreditNote(source, { ...ALL, amountMinor }).source)];
  } catch (error) {
    fc.pre(!(error instanceof RuleViolation));
    throw error;
  }
}

/** Checks each document that fulfils the specification. */
function expectOfGiven(specification: Specification, check: (xml: Node, document: ElectronicInvoice) => void): void {
  let count = 0;
  fc.assert(
    fc.property(given, (invoice) => {
      for (const core of documentsOf(invoice)) {
        const document = fulfilSpecification(core, specification);
        if (findProblems(document, [], UBL).length > 0) continue;
        count += 1;
        check(readXml(writeUbl(document)), document);
      }
    }),
    { numRuns: 300 },
  );
  expect(count).toBeGreaterThan(20);
}

/** The rules of Peppol that XRechnung shares. */
function expectSharedRules(xml: Node, { type }: ElectronicInvoice): void {
  expect(xml.text('ProfileID'), 'R001').toBe('urn:fdc:peppol.eu:2017:poacc:billing:01:1.0');
  for (const side of ['AccountingCustomerParty', 'AccountingSupplierParty']) {
    expect(xml.text(side, 'Party', 'EndpointID'), 'R010, R020').toMatch(/./);
  }
  const lines = xml.all(type === 'INVOICE' ? 'InvoiceLine' : 'CreditNoteLine');
  for (const item of [xml, ...lines].flatMap((node) => node.all('AllowanceCharge'))) expectShare(item);
  for (const line of lines) {
    const added = line.all('AllowanceCharge').map((item) => {
      return item.text('ChargeIndicator') === 'true' ? item.amount('Amount') : -item.amount('Amount');
    });
    const net = added.reduce((total, each) => total + each, grossOf(line, 3));
    expect(distance(net, line.amount('LineExtensionAmount')), 'R120').toBeLessThanOrEqual(SLACK);
  }
}

function expectShare(item: Node): void {
  const percent = item.text('MultiplierFactorNumeric');
  expect(item.text('BaseAmount') === undefined, 'R041, R042').toBe(percent === undefined);
  if (percent === undefined) return;
  const [whole = '', decimals = ''] = percent.split('.');
  const millionths = BigInt(whole + decimals.padEnd(6, '0'));
  expect(distance(item.amount('Amount'), (item.amount('BaseAmount') * millionths) / 100_000_000n)).toBeLessThanOrEqual(
    SLACK,
  );
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}

function expectGermanRules(xml: Node): void {
  const seller = (...path: string[]) => xml.text('AccountingSupplierParty', 'Party', ...path);
  const buyer = (...path: string[]) => xml.text('AccountingCustomerParty', 'Party', ...path);
  for (const [rule, text] of Object.entries({
    'BR-DE-1': xml.text('PaymentMeans', 'PaymentMeansCode'),
    'BR-DE-3': seller('PostalAddress', 'CityName'),
    'BR-DE-4': seller('PostalAddress', 'PostalZone'),
    'BR-DE-5': seller('Contact', 'Name'),
    'BR-DE-6': seller('Contact', 'Telephone'),
    'BR-DE-7': seller('Contact', 'ElectronicMail'),
    'BR-DE-8': buyer('PostalAddress', 'CityName'),
    'BR-DE-9': buyer('PostalAddress', 'PostalZone'),
    'BR-DE-15': xml.text('BuyerReference'),
  })) {
    expect(text, rule).toMatch(/./);
  }
  for (const address of xml.all('Delivery').flatMap((node) => node.all('DeliveryLocation'))) {
    expect(address.text('Address', 'CityName'), 'BR-DE-10').toMatch(/./);
    expect(address.text('Address', 'PostalZone'), 'BR-DE-11').toMatch(/./);
  }
  for (const total of xml.all('TaxTotal').flatMap((node) => node.all('TaxSubtotal'))) {
    expect(total.text('TaxCategory', 'Percent'), 'BR-DE-14').toMatch(/^[0-9]/);
  }
}

/** The texts of all elements without child elements. */
function leavesOf(element: Element | null): string[] {
  if (element === null) return [];
  return element.children.length === 0 ? [xmlText(element.textContent ?? '')] : element.children.flatMap(leavesOf);
}

describe('whatever is invoiced to whomever', () => {
  test('fulfils XRechnung where it is given as that', () => {
    expectOfGiven('XRECHNUNG', (xml, document) => {
      expect(xml.text('CustomizationID')).toContain('#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0');
      expectSharedRules(xml, document);
      expectGermanRules(xml);
      // The whole text is one line that its own line break ends; the rule allows others before it.
      const terms = xml.text('PaymentTerms', 'Note');
      expect(terms === undefined, 'BT-20').toBe(document.earlyDiscount === undefined);
      if (terms !== undefined) expect(terms, 'BR-DE-18').toMatch(/^#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}#\n$/);
    });
  });

  test('fulfils Peppol BIS Billing where it is given as that', () => {
    expectOfGiven('PEPPOL_BIS_BILLING', (xml, document) => {
      expect(xml.text('CustomizationID')).toContain('#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0');
      expectSharedRules(xml, document);
      expect(xml.text('BuyerReference') ?? xml.text('OrderReference', 'ID'), 'R003').toMatch(/./);
      const countries = ['AccountingSupplierParty', 'AccountingCustomerParty'].map((side) =>
        xml.text(side, 'Party', 'PostalAddress', 'Country', 'IdentificationCode'),
      );
      if (countries.every((country) => country === 'DE')) expectGermanRules(xml);
    });
  });

  test('is well-formed and has no empty element with any text in what only machines read', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('\u0007', '\uffff ', '<&>"\u00a0'),
    );
    fc.assert(
      fc.property(
        texts,
        texts,
        fc.constantFrom<Specification>('EN16931', 'XRECHNUNG'),
        (text, other, specification) => {
          const seller = partyOf({
            ...GERMAN_SELLER,
            contact: { name: text, phone: other, email: 'ada@example.com' },
            electronicAddress: { scheme: '9930', identifier: text },
            legalRegistration: { identifier: other },
            taxRegistration: text,
          });
          const lines = [{ quantity: '1', unitPrice: '100', taxPercent: '19' }];
          const document = fulfilSpecification(fromInvoice(issuedInvoice({ seller, lines })), specification);
          const said = [text, other].filter((each) => xmlText(each) !== '').length;
          const rules = findProblems(document, [], UBL).map(({ rule }) => rule);
          expect(rules.filter((rule) => /^BR-DE-[56]$/.test(rule))).toHaveLength(
            specification === 'EN16931' ? 0 : 2 - said,
          );
          expect(leavesOf(parseXmlDocument(writeUbl(document).toString()).documentElement)).not.toContain('');
        },
      ),
    );
  });

  test('says the same amounts by all specifications, and has no problem the less than by the core', () => {
    fc.assert(
      fc.property(
        given,
        fc.constantFrom<Specification>('XRECHNUNG', 'PEPPOL_BIS_BILLING'),
        (invoice, specification) => {
          for (const core of documentsOf(invoice)) {
            expect(fulfilSpecification(core, 'EN16931')).toBe(core);
            const document = fulfilSpecification(core, specification);
            expect(findProblems(document, [], UBL)).toEqual(expect.arrayContaining(findProblems(core, [], UBL)));
            expect([document.totals, document.vatBreakdown]).toEqual([core.totals, core.vatBreakdown]);
            expect(document.lines.map(({ netMinor }) => netMinor)).toEqual(core.lines.map(({ netMinor }) => netMinor));
          }
        },
      ),
    );
  });
});
