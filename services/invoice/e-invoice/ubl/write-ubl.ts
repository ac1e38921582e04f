import { adjustmentTotal } from '../adjustments.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { paymentTermsOf } from '../payment-terms.ts';
import { SPECIFICATIONS } from '../specification.ts';
import { TYPE_CODES } from '../type-codes.ts';
import { totalRateOf } from '../vat.ts';
import { exactElement, writeXml, type XmlElement } from '../xml.ts';
import { writeAdjustment, writeVatCategory } from './write-adjustment.ts';
import { writeAmount } from './write-amount.ts';
import { writeLine } from './write-line.ts';
import { writeBuyer, writeSeller } from './write-party.ts';
import { aggregate, basic, NAMESPACES } from './xml.ts';

const ROOTS = {
  INVOICE: { name: 'Invoice', namespace: 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' },
  CREDIT_NOTE: { name: 'CreditNote', namespace: 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2' },
} as const;

/**
 * The document in UBL 2.1, the elements in the order of its schema (CEN/TS 16931-3-2 says which term is which element).
 * Assumes that find-problems.ts finds nothing that keeps it from being an electronic invoice.
 */
export function writeUbl(invoice: ElectronicInvoice): Buffer {
  const { name, namespace } = ROOTS[invoice.type];
  const { preceding } = invoice;
  const specification = SPECIFICATIONS[invoice.specification];
  return writeXml(name, { '': namespace, ...NAMESPACES }, [
    basic('CustomizationID', specification.identifier),
    basic('ProfileID', specification.process),
    basic('ID', invoice.number),
    basic('IssueDate', invoice.issueDate),
    basic('DueDate', invoice.dueDate),
    basic(`${name}TypeCode`, TYPE_CODES[invoice.type]),
    basic('Note', invoice.note),
    basic('DocumentCurrencyCode', invoice.currency.code),
    basic('BuyerReference', invoice.buyerReference),
    aggregate('InvoicePeriod', basic('StartDate', invoice.period.startDate), basic('EndDate', invoice.period.endDate)),
    aggregate('OrderReference', basic('ID', invoice.purchaseOrderReference)),
    preceding &&
      aggregate(
        'BillingReference',
        aggregate('InvoiceDocumentReference', basic('ID', preceding.number), basic('IssueDate', preceding.issueDate)),
      ),
    writeSeller(invoice),
    writeBuyer(invoice),
    writeDelivery(invoice),
    writePayment(invoice),
    aggregate('PaymentTerms', exactElement('cbc:Note', paymentTermsOf(invoice))),
    ...invoice.adjustments.map((item) => writeAdjustment(item, invoice.currency)),
    writeVatBreakdown(invoice),
    writeTotals(invoice),
    ...invoice.lines.map((line, index) => writeLine(line, index + 1, invoice)),
  ]);
}

/** BG-13 and BG-15. */
function writeDelivery({ delivery }: ElectronicInvoice): XmlElement | undefined {
  const country = aggregate('Country', basic('IdentificationCode', delivery.countryCode));
  return aggregate(
    'Delivery',
    basic('ActualDeliveryDate', delivery.date),
    aggregate(
      'DeliveryLocation',
      aggregate('Address', basic('CityName', delivery.city), basic('PostalZone', delivery.postalCode), country),
    ),
  );
}

/** BG-16 and BG-17. */
function writePayment({ payment }: ElectronicInvoice): XmlElement | undefined {
  if (payment === undefined) return undefined;
  return aggregate(
    'PaymentMeans',
    basic('PaymentMeansCode', payment.meansCode),
    basic('PaymentID', payment.remittance),
    aggregate(
      'PayeeFinancialAccount',
      basic('ID', payment.accountIdentifier),
      basic('Name', payment.accountName),
      aggregate('FinancialInstitutionBranch', basic('ID', payment.bic)),
    ),
  );
}

/** BT-110 and BG-23. */
function writeVatBreakdown({
  specification,
  currency,
  totals,
  vatBreakdown,
}: ElectronicInvoice): XmlElement | undefined {
  return aggregate(
    'TaxTotal',
    writeAmount('TaxAmount', totals.taxMinor, currency),
    ...vatBreakdown.map(({ vat, taxableMinor, taxMinor, ...exemption }) =>
      aggregate(
        'TaxSubtotal',
        writeAmount('TaxableAmount', taxableMinor, currency),
        writeAmount('TaxAmount', taxMinor, currency),
        writeVatCategory('TaxCategory', vat, { ...exemption, rate: totalRateOf(vat, specification) }),
      ),
    ),
  );
}

/** BG-22. */
function writeTotals({ currency, totals, adjustments }: ElectronicInvoice): XmlElement | undefined {
  const amount = (name: string, minor: bigint) => writeAmount(name, minor, currency);
  const optional = (name: string, minor: bigint) => (minor === 0n ? undefined : amount(name, minor));
  const sumOf = (name: string, isCharge: boolean) => {
    const minor = adjustmentTotal(adjustments, isCharge);
    return minor === undefined ? undefined : amount(name, minor);
  };
  return aggregate(
    'LegalMonetaryTotal',
    amount('LineExtensionAmount', totals.linesMinor),
    amount('TaxExclusiveAmount', totals.totalMinor - totals.taxMinor),
    amount('TaxInclusiveAmount', totals.totalMinor),
    sumOf('AllowanceTotalAmount', false),
    sumOf('ChargeTotalAmount', true),
    optional('PrepaidAmount', totals.prepaidMinor),
    optional('PayableRoundingAmount', totals.roundingMinor),
    amount('PayableAmount', totals.payableMinor),
  );
}
