import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCurrency } from '../../../../runtime/currency.ts';
import { sum } from '../../domain/amount.ts';
import { NOTHING_CREDITED } from '../../domain/credit-note-credited.ts';
import type { CreditRequest } from '../../domain/credit-note-request.ts';
import { RuleViolation } from '../../domain/rule-violation.ts';
import { inputs } from '../../domain/testing/invoice-inputs.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { findProblems } from '../find-problems.ts';
import { fromCreditNote, taxProblemsOfCreditNote } from '../from-credit-note.ts';
import { fromInvoice, type InvoiceSource, taxProblemsOfInvoice } from '../from-invoice.ts';
import { UBL } from '../syntax.ts';
import { ALL, type GivenInvoice, issuedCreditNote, issuedInvoice, sellerPaidTo } from '../testing/documents.ts';
import { randomInvoices } from '../testing/random-documents.ts';
import { grossOf, type Node, readXml } from '../testing/read-xml.ts';
import { xmlText } from '../xml.ts';
import { writeUbl } from './write-ubl.ts';

/**
 * Amounts that the standard cannot express: too many decimals, a tax that is far off its rate, and a credit note of a
 * cent of tax where everything else rounds to nothing.
 */
const AMOUNT_RULES = /^BR-(DEC-[0-9]+|CO-17|16|[A-Z]+-1)$/;

/** Issues what is asked for; an input that is no invoice, e.g. with a negative total, is skipped. */
function issued<T>(issue: () => T): T {
  try {
    return issue();
  } catch (error) {
    fc.pre(!(error instanceof RuleViolation));
    throw error;
  }
}

/** Checks the sums of EN 16931 in the written document, exactly. */
function expectSums(document: ElectronicInvoice): void {
  const problems = findProblems(document, [], UBL);
  for (const { rule } of problems) expect(rule).toMatch(AMOUNT_RULES);
  if (problems.length > 0) return;
  const xml = readXml(writeUbl(document));
  const lines = xml.all(document.type === 'INVOICE' ? 'InvoiceLine' : 'CreditNoteLine');
  const adjustments = xml.all('AllowanceCharge');
  const total = (name: string) => xml.amount('LegalMonetaryTotal', name);
  const sumOf = (nodes: readonly Node[], name: string) => sum(nodes.map((node) => node.amount(name)));
  const [allowed, charged] = [allowancesIn(adjustments), chargesIn(adjustments)];

  expect(sumOf(lines, 'LineExtensionAmount'), 'BR-CO-10').toBe(total('LineExtensionAmount'));
  expect(sumOf(allowed, 'Amount'), 'BR-CO-11').toBe(total('AllowanceTotalAmount'));
  expect(sumOf(charged, 'Amount'), 'BR-CO-12').toBe(total('ChargeTotalAmount'));
  const net = total('LineExtensionAmount') - total('AllowanceTotalAmount') + total('ChargeTotalAmount');
  expect(net, 'BR-CO-13').toBe(total('TaxExclusiveAmount'));
  const subtotals = xml.all('TaxTotal').flatMap((node) => node.all('TaxSubtotal'));
  expect(sumOf(subtotals, 'TaxAmount'), 'BR-CO-14').toBe(xml.amount('TaxTotal', 'TaxAmount'));
  expect(net + xml.amount('TaxTotal', 'TaxAmount'), 'BR-CO-15').toBe(total('TaxInclusiveAmount'));
  const payable = total('TaxInclusiveAmount') - total('PrepaidAmount') + total('PayableRoundingAmount');
  expect(payable, 'BR-CO-16').toBe(total('PayableAmount'));
  expectSumsByTax(lines, adjustments, subtotals);
  for (const line of lines) expectLine(line, document.currency.exponent);
}

/**
 * BR-S-1, BR-S-8 and the rules like them of the other categories: one total for each tax, over everything that carries
 * it.
 */
function expectSumsByTax(lines: readonly Node[], adjustments: readonly Node[], subtotals: readonly Node[]): void {
  const taxOf = (node: Node, ...path: string[]) => `${node.text(...path, 'ID')} ${node.text(...path, 'Percent')}`;
  const keys = subtotals.map((node) => taxOf(node, 'TaxCategory'));
  expect(new Set(keys).size).toBe(keys.length);
  const carried = [
    ...lines.map((node) => taxOf(node, 'Item', 'ClassifiedTaxCategory')),
    ...adjustments.map((node) => taxOf(node, 'TaxCategory')),
  ];
  expect(new Set(carried)).toEqual(new Set(keys));
  for (const [index, key] of keys.entries()) {
    const nets = lines.filter((node) => taxOf(node, 'Item', 'ClassifiedTaxCategory') === key);
    const signed = adjustments.filter((node) => taxOf(node, 'TaxCategory') === key).map(signedAmount);
    const taxable = sum(nets.map((node) => node.amount('LineExtensionAmount'))) + sum(signed);
    expect(taxable, key).toBe(subtotals[index]?.amount('TaxableAmount'));
  }
}

/** A line comes to its net by its price, allowances and charges, and its price is not negative (BR-27). */
function expectLine(line: Node, exponent: number): void {
  const net = grossOf(line, exponent) + sum(line.all('AllowanceCharge').map(signedAmount));
  expect(net).toBe(line.amount('LineExtensionAmount'));
  expect(line.text('Price', 'PriceAmount')).not.toMatch(/^-/);
}

/** Besides its amounts, the document says what the invoice says, and what BR-IC-11 and BR-IC-12 ask for. */
function expectFacts(document: ElectronicInvoice, { invoice, issueDate, seller }: InvoiceSource): void {
  const xml = readXml(writeUbl(document));
  const orAbsent = (text: string | null | undefined) => text || undefined;
  expect(xml.text('BuyerReference')).toBe(orAbsent(invoice.buyerReference));
  expect(xml.text('OrderReference', 'ID')).toBe(orAbsent(invoice.purchaseOrderReference));
  expect(xml.text('InvoicePeriod', 'StartDate')).toBe(orAbsent(invoice.periodStartDate));
  expect(xml.text('InvoicePeriod', 'EndDate')).toBe(orAbsent(invoice.periodEndDate));
  const isIntraCommunity = xml
    .all('TaxTotal')
    .flatMap((node) => node.all('TaxSubtotal'))
    .some((node) => node.text('TaxCategory', 'ID') === 'K');
  const isUndated = isIntraCommunity && xml.text('InvoicePeriod') === undefined;
  expect(xml.text('Delivery', 'ActualDeliveryDate'), 'BR-IC-11').toBe(
    invoice.deliveryDate ?? (isUndated ? issueDate : undefined),
  );
  expect(xml.text('Delivery', 'DeliveryLocation', 'Address', 'Country', 'IdentificationCode'), 'BR-IC-12').toBe(
    isIntraCommunity ? 'AT' : undefined,
  );
  const isPayable = document.type === 'INVOICE' && seller.paymentAccount !== undefined;
  expect(xml.all('PaymentMeans').map((node) => node.text('PaymentID'))).toEqual(isPayable ? ['INV-00001'] : []);
  expect(xml.text('PaymentMeans', 'PayeeFinancialAccount', 'ID')).toBe(
    isPayable ? seller.paymentAccount?.accountIdentifier : undefined,
  );
}

const allowancesIn = (nodes: readonly Node[]) => nodes.filter((node) => node.text('ChargeIndicator') === 'false');
const chargesIn = (nodes: readonly Node[]) => nodes.filter((node) => node.text('ChargeIndicator') === 'true');
const signedAmount = (node: Node) =>
  node.text('ChargeIndicator') === 'true' ? node.amount('Amount') : -node.amount('Amount');

describe('whatever is invoiced', () => {
  test('adds up as EN 16931 has it, exactly', () => {
    fc.assert(
      fc.property(randomInvoices, (given) => expectSums(fromInvoice(issued(() => issuedInvoice(given))))),
      { numRuns: 500 },
    );
  });

  test('adds up in whatever parts it is taken back', () => {
    const request = fc.record({ amount: fc.boolean(), thousandths: fc.bigInt({ min: 1n, max: 1_000n }) });
    fc.assert(
      fc.property(randomInvoices, fc.array(request, { minLength: 1, maxLength: 3 }), (given, steps) => {
        const invoice = issued(() => issuedInvoice(given));
        let credited = NOTHING_CREDITED;
        for (const step of [...steps, undefined]) {
          const next = creditIfPossible(invoice, step === undefined ? ALL : requestOf(invoice, step), credited);
          if (next === undefined) continue;
          credited = next.credited;
          expect(taxProblemsOfCreditNote(next.source)).toEqual([]);
          expectSums(fromCreditNote(next.source));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('says when it was supplied, by which order and, unless it is taken back, where to pay', () => {
    fc.assert(
      fc.property(randomInvoices, (given) => {
        const source = issued(() => issuedInvoice(given));
        expectFacts(fromInvoice(source), source);
        const credit = creditIfPossible(source);
        if (credit !== undefined) expectFacts(fromCreditNote(credit.source), source);
      }),
      { numRuns: 200 },
    );
  });

  test('is either an electronic invoice or refused for its taxes, when these are of any kind', () => {
    fc.assert(
      fc.property(inputs, ({ currencyCode, ...given }) => {
        const source = issued(() => issuedInvoice({ ...(given as GivenInvoice), currencyCode }));
        fc.pre(source.invoice.lines.length > 0);
        const problems = findProblems(fromInvoice(source), taxProblemsOfInvoice(source.invoice), UBL);
        const taxes = [...source.invoice.lines, ...source.invoice.allowances, ...source.invoice.charges];
        const isPlain = taxes.every((item) => item.taxes.every(({ name, retained }) => name === '' && !retained));
        if (isPlain) expectSums(fromInvoice(source));
        else expect(problems.some(({ field }) => field.includes('.taxes['))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is well-formed, says it and is refused by no one with any text in it', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 40 });
    const odd = fc
      .array(fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(texts, odd), (text) => {
        const source = issuedInvoice({
          lines: [
            {
              quantity: '1',
              unitPrice: '1',
              taxPercent: '19',
              description: `a${text}`,
              charges: [{ reason: `b${text}`, amountMinor: 1n }],
            },
          ],
          memo: text,
          seller: sellerPaidTo({ accountIdentifier: text, accountName: text, bic: text }),
          facts: { buyerReference: text, purchaseOrderReference: text },
        });
        const document = fromInvoice(source);
        expect(findProblems(document, [], UBL)).toEqual([]);
        const xml = readXml(writeUbl(document));
        expect(xml.name).toBe('Invoice');
        expect(xml.text('Note')).toBe(xmlText(text) || undefined);
      }),
      { examples: [['</cbc:Note><cbc:Note>&amp;]]><![CDATA[<!--'], ['\u0000\ufffe\ud800\r\n&#0;']] },
    );
  });
});

function creditIfPossible(...given: Parameters<typeof issuedCreditNote>) {
  try {
    return issuedCreditNote(...given);
  } catch (error) {
    if (error instanceof RuleViolation) return undefined;
    throw error;
  }
}

function requestOf(
  { invoice }: InvoiceSource,
  { amount, thousandths }: { readonly amount: boolean; readonly thousandths: bigint },
): CreditRequest {
  if (amount) return { ...ALL, amountMinor: (invoice.totalMinor * thousandths) / 1_000n };
  const lines = invoice.lines
    .filter((_, index) => (thousandths >> BigInt(index)) % 2n === 1n)
    .map(({ id }) => ({ invoiceLineId: id, quantity: '', amountMinor: 0n }));
  return { ...ALL, lines };
}

test('amounts in currencies of all exponents have at most two decimals', () => {
  for (const [currencyCode, unitPrice, written] of [
    ['JPY', '1500', '1500'],
    ['EUR', '15', '15.00'],
    ['KWD', '15.25', '15.25'],
    ['CLF', '0.1', '0.10'],
  ] as const) {
    const source = issuedInvoice({ currencyCode, lines: [{ quantity: '1', unitPrice, taxPercent: '0' }] });
    expect(findCurrency(currencyCode)).toBeDefined();
    expect(readXml(writeUbl(fromInvoice(source))).text('LegalMonetaryTotal', 'PayableAmount')).toBe(written);
  }
});
