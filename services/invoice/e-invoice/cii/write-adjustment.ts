import type { Currency } from '../../../../runtime/currency.ts';
import { amountText } from '../amounts.ts';
import type { Adjustment, DocumentAdjustment, Vat } from '../electronic-invoice.ts';
import { CATEGORY_CODES, rateOf } from '../vat.ts';
import { groupElement, textElement, type XmlElement } from '../xml.ts';
import { group, value } from './xml.ts';

/** An allowance or charge of the document (BG-20, BG-21) or, without a tax, of a line (BG-27, BG-28). */
export function writeAdjustment(
  item: Adjustment & Partial<Pick<DocumentAdjustment, 'vat'>>,
  currency: Currency,
): XmlElement | undefined {
  return group(
    'SpecifiedTradeAllowanceCharge',
    groupElement('ram:ChargeIndicator', [textElement('udt:Indicator', String(item.isCharge))]),
    item.share && value('CalculationPercent', item.share.percent),
    item.share && value('BasisAmount', amountText(item.share.baseMinor, currency)),
    value('ActualAmount', amountText(item.amountMinor, currency)),
    value('ReasonCode', item.reasonCode),
    value('Reason', item.reason),
    item.vat && writeVat('CategoryTradeTax', item.vat),
  );
}

/** The tax that something is subject to. */
export function writeVat(name: 'CategoryTradeTax' | 'ApplicableTradeTax', vat: Vat): XmlElement | undefined {
  return group(
    name,
    value('TypeCode', 'VAT'),
    value('CategoryCode', CATEGORY_CODES[vat.category]),
    value('RateApplicablePercent', rateOf(vat)),
  );
}
