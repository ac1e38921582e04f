import type { Currency } from '../../../../runtime/currency.ts';
import { amountText } from '../amounts.ts';
import type { Line } from '../electronic-invoice.ts';
import type { XmlElement } from '../xml.ts';
import { writeAdjustment, writeVat } from './write-adjustment.ts';
import { group, value } from './xml.ts';

/** A line (BG-25) with its item (BG-31), its price (BG-29) and its tax (BG-30). */
export function writeLine(line: Line, number: number, currency: Currency): XmlElement | undefined {
  const { unitCode } = line;
  return group(
    'IncludedSupplyChainTradeLineItem',
    group('AssociatedDocumentLineDocument', value('LineID', String(number))),
    group('SpecifiedTradeProduct', value('Name', line.name)),
    group(
      'SpecifiedLineTradeAgreement',
      group(
        'NetPriceProductTradePrice',
        value('ChargeAmount', line.price),
        line.baseQuantity === '1' ? undefined : value('BasisQuantity', line.baseQuantity, { unitCode }),
      ),
    ),
    group('SpecifiedLineTradeDelivery', value('BilledQuantity', line.quantity, { unitCode })),
    group(
      'SpecifiedLineTradeSettlement',
      writeVat('ApplicableTradeTax', line.vat),
      ...line.adjustments.map((item) => writeAdjustment(item, currency)),
      group(
        'SpecifiedTradeSettlementLineMonetarySummation',
        value('LineTotalAmount', amountText(line.netMinor, currency)),
      ),
    ),
  );
}
