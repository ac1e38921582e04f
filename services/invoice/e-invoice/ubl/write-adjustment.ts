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

/** What is said of a tax in its total besides what it is. */
type TotalFacts = Pick<VatTotal, 'exemptionReason' | 'exemptionCode'> & {
  /** Whether what is outside the scope of tax has a rate. */
  readonly isRated: boolean;
};

const NO_FACTS: TotalFacts = { exemptionReason: '', exemptionCode: '', isRated: false };

/** A category of tax. What is outside its scope has no rate (BR-O-5 to BR-O-7), but for its total, where Germans ask for it (BR-DE-14). */
export function writeVatCategory(
  name: 'TaxCategory' | 'ClassifiedTaxCategory',
  { category, percent }: Vat,
  { exemptionReason, exemptionCode, isRated }: TotalFacts = NO_FACTS,
): XmlElement | undefined {
  return aggregate(
    name,
    basic('ID', CATEGORY_CODES[category]),
    basic('Percent', category === 'OUTSIDE_SCOPE' && !isRated ? '' : percent),
    basic('TaxExemptionReasonCode', exemptionCode),
    basic('TaxExemptionReason', exemptionReason),
    aggregate('TaxScheme', basic('ID', 'VAT')),
  );
}
