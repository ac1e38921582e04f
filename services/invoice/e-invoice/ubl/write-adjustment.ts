import type { Currency } from '../../../../runtime/currency.ts';
import type { Adjustment, DocumentAdjustment, Vat, VatTotal } from '../electronic-invoice.ts';
import { CATEGORY_CODES } from '../vat.ts';
import type { XmlElement } from '../xml.ts';
import { writeAmount } from './write-amount.ts';
import { aggregate, basic } from './xml.ts';

/** An allowance or charge: of the document (BG-20, BG-21), or without a tax of a line (BG-27, BG-28). */
export function writeAdjustment(
  item: Adjustment & Partial<Pick<DocumentAdjustment, 'vat'>>,
  currency: Currency,
): XmlElement | undefined {
  return aggregate(
    'AllowanceCharge',
    basic('ChargeIndicator', String(item.isCharge)),
    basic('AllowanceChargeReasonCode', item.reasonCode),
    basic('AllowanceChargeReason', item.reason),
    item.share && basic('MultiplierFactorNumeric', item.share.percent),
    writeAmount('Amount', item.amountMinor, currency),
    item.share && writeAmount('BaseAmount', item.share.baseMinor, currency),
    item.vat && writeVatCategory('TaxCategory', item.vat),
  );
}

/** A category of tax. What is outside its scope has no rate (BR-O-5 to BR-O-7). */
export function writeVatCategory(
  name: 'TaxCategory' | 'ClassifiedTaxCategory',
  { category, percent }: Vat,
  exemption: Pick<VatTotal, 'exemptionReason' | 'exemptionCode'> = { exemptionReason: '', exemptionCode: '' },
): XmlElement | undefined {
  return aggregate(
    name,
    basic('ID', CATEGORY_CODES[category]),
    basic('Percent', category === 'OUTSIDE_SCOPE' ? '' : percent),
    basic('TaxExemptionReasonCode', exemption.exemptionCode),
    basic('TaxExemptionReason', exemption.exemptionReason),
    aggregate('TaxScheme', basic('ID', 'VAT')),
  );
}
