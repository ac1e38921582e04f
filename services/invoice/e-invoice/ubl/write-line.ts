import type { ElectronicInvoice, Line } from '../electronic-invoice.ts';
import type { XmlElement } from '../xml.ts';
import { writeAdjustment, writeVatCategory } from './write-adjustment.ts';
import { writeAmount } from './write-amount.ts';
import { aggregate, basic } from './xml.ts';

/** A line (BG-25) with its price (BG-29), its tax (BG-30) and its item (BG-31). */
export function writeLine(
  line: Line,
  number: number,
  { type, currency }: Pick<ElectronicInvoice, 'type' | 'currency'>,
): XmlElement | undefined {
  const { unitCode } = line;
  const [name, quantity] =
    type === 'INVOICE' ? ['InvoiceLine', 'InvoicedQuantity'] : ['CreditNoteLine', 'CreditedQuantity'];
  return aggregate(
    name,
    basic('ID', String(number)),
    basic(quantity, line.quantity, { unitCode }),
    writeAmount('LineExtensionAmount', line.netMinor, currency),
    ...line.adjustments.map((item) => writeAdjustment(item, currency)),
    aggregate('Item', basic('Name', line.name), writeVatCategory('ClassifiedTaxCategory', line.vat)),
    aggregate(
      'Price',
      basic('PriceAmount', line.price, { currencyID: currency.code }),
      line.baseQuantity === '1' ? undefined : basic('BaseQuantity', line.baseQuantity, { unitCode }),
    ),
  );
}
