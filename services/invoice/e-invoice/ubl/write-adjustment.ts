import type { Currency } from '../../../../runtime/currency.ts';
import type { Adjustment, DocumentAdjustment, Vat, VatTotal } from '../electronic-invoice.ts';
import { CATEGORY_CODES, rateOf } from '../vat.ts';
import type { XmlElement } from '../xml.ts';
import { writeAmount } from './write-amount.ts';
import { aggregate, basic } from './xml.ts';

/** An allowance or charge of the document (BG-20, BG-21) or, without a tax, of a line (BG-27, BG-28). */
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

/** What the total of a tax says besides the tax itself. */
type TotalFacts = Pick<VatTotal, 'exemptionReason' | 'exemptionCode'> & {
  /** The rate, when it is not that of each item. */
  readonly rate?: string;
};

const NO_FACTS: TotalFacts = { exemptionReason: '', exemptionCode: '' };

/** A category of tax. */
export function writeVatCategory(
  name: 'TaxCategory' | 'ClassifiedTaxCategory',
  vat: Vat,
  { exemptionReason, exemptionCode, rate = rateOf(vat) }: TotalFacts = NO_FACTS,
): XmlElement | undefined {
  return aggregate(
    name,
    basic('ID', CATEGORY_CODES[vat.category]),
    basic('Percent', rate),
    basic('TaxExemptionReasonCode', exemptionCode),
    basic('TaxExemptionReason', exemptionReason),
    aggregate('TaxScheme', basic('ID', 'VAT')),
  );
}
