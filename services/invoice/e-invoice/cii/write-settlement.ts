import { adjustmentTotal } from '../adjustments.ts';
import { amountText } from '../amounts.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { DANISH_ACCOUNT, isIban } from '../payment.ts';
import { paymentTermsOf } from '../payment-terms.ts';
import { CATEGORY_CODES, totalRateOf } from '../vat.ts';
import { exactElement, type XmlElement } from '../xml.ts';
import { writeAdjustment } from './write-adjustment.ts';
import { day, group, value } from './xml.ts';

/** The payable amount, how to pay it, and what it is made up of (BG-3, BG-14, BG-16 and BG-20 to BG-23). */
export function writeSettlement(invoice: ElectronicInvoice): XmlElement | undefined {
  const { currency, payment, period, preceding } = invoice;
  return group(
    'ApplicableHeaderTradeSettlement',
    payment && value('PaymentReference', payment.remittance),
    value('InvoiceCurrencyCode', currency.code),
    writePayment(invoice),
    ...writeVatBreakdown(invoice),
    group('BillingSpecifiedPeriod', day('StartDateTime', period.startDate), day('EndDateTime', period.endDate)),
    ...invoice.adjustments.map((item) => writeAdjustment(item, currency)),
    group(
      'SpecifiedTradePaymentTerms',
      exactElement('ram:Description', paymentTermsOf(invoice)),
      day('DueDateDateTime', invoice.dueDate),
    ),
    writeTotals(invoice),
    preceding &&
      group(
        'InvoiceReferencedDocument',
        value('IssuerAssignedID', preceding.number),
        day('FormattedIssueDateTime', preceding.issueDate, 'qdt'),
      ),
  );
}

/** BG-16 and BG-17, except the remittance. */
function writePayment({ payment }: ElectronicInvoice): XmlElement | undefined {
  if (payment === undefined) return undefined;
  const { meansCode, accountIdentifier, accountName, bic } = payment;
  // The Danish rules want any account there (DK-R-006).
  const isInPlaceOfIban = isIban(accountIdentifier) || meansCode === DANISH_ACCOUNT;
  return group(
    'SpecifiedTradeSettlementPaymentMeans',
    value('TypeCode', meansCode),
    group(
      'PayeePartyCreditorFinancialAccount',
      value('IBANID', isInPlaceOfIban ? accountIdentifier : ''),
      value('AccountName', accountName),
      value('ProprietaryID', isInPlaceOfIban ? '' : accountIdentifier),
    ),
    group('PayeeSpecifiedCreditorFinancialInstitution', value('BICID', bic)),
  );
}

/** BG-23. */
function writeVatBreakdown({ specification, currency, vatBreakdown }: ElectronicInvoice): (XmlElement | undefined)[] {
  return vatBreakdown.map(({ vat, taxableMinor, taxMinor, exemptionReason, exemptionCode }) =>
    group(
      'ApplicableTradeTax',
      value('CalculatedAmount', amountText(taxMinor, currency)),
      value('TypeCode', 'VAT'),
      value('ExemptionReason', exemptionReason),
      value('BasisAmount', amountText(taxableMinor, currency)),
      value('CategoryCode', CATEGORY_CODES[vat.category]),
      value('ExemptionReasonCode', exemptionCode),
      value('RateApplicablePercent', totalRateOf(vat, specification)),
    ),
  );
}

/** BG-22. */
function writeTotals({ currency, totals, adjustments }: ElectronicInvoice): XmlElement | undefined {
  const amount = (name: string, minor: bigint) => value(name, amountText(minor, currency));
  const optional = (name: string, minor: bigint) => (minor === 0n ? undefined : amount(name, minor));
  const sumOf = (name: string, isCharge: boolean) => {
    const minor = adjustmentTotal(adjustments, isCharge);
    return minor === undefined ? undefined : amount(name, minor);
  };
  return group(
    'SpecifiedTradeSettlementHeaderMonetarySummation',
    amount('LineTotalAmount', totals.linesMinor),
    sumOf('ChargeTotalAmount', true),
    sumOf('AllowanceTotalAmount', false),
    amount('TaxBasisTotalAmount', totals.totalMinor - totals.taxMinor),
    // The one amount that names its currency, since there may be another one in the accounting currency (BT-111).
    value('TaxTotalAmount', amountText(totals.taxMinor, currency), { currencyID: currency.code }),
    optional('RoundingAmount', totals.roundingMinor),
    amount('GrandTotalAmount', totals.totalMinor),
    optional('TotalPrepaidAmount', totals.prepaidMinor),
    amount('DuePayableAmount', totals.payableMinor),
  );
}
