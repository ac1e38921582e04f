import { placeOf } from '../delivery.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { SPECIFICATIONS } from '../specification.ts';
import { TYPE_CODES } from '../type-codes.ts';
import { groupElement, writeXml, type XmlElement } from '../xml.ts';
import { writeLine } from './write-line.ts';
import { writeBuyer, writeSeller } from './write-party.ts';
import { writeSettlement } from './write-settlement.ts';
import { day, group, NAMESPACES, value } from './xml.ts';

/**
 * The document in UN/CEFACT Cross Industry Invoice D16B, the elements in the order of its schema (CEN/TS 16931-3-3 says
 * which term is which element). Assumes that find-problems.ts finds nothing that keeps it from being an electronic
 * invoice.
 */
export function writeCii(invoice: ElectronicInvoice): Buffer {
  const specification = SPECIFICATIONS[invoice.specification];
  return writeXml('rsm:CrossIndustryInvoice', NAMESPACES, [
    groupElement('rsm:ExchangedDocumentContext', [
      group('BusinessProcessSpecifiedDocumentContextParameter', value('ID', specification.process)),
      group('GuidelineSpecifiedDocumentContextParameter', value('ID', specification.identifier)),
    ]),
    groupElement('rsm:ExchangedDocument', [
      value('ID', invoice.number),
      value('TypeCode', TYPE_CODES[invoice.type]),
      day('IssueDateTime', invoice.issueDate),
      group('IncludedNote', value('Content', invoice.note)),
    ]),
    groupElement('rsm:SupplyChainTradeTransaction', [
      ...invoice.lines.map((line, index) => writeLine(line, index + 1, invoice.currency)),
      group(
        'ApplicableHeaderTradeAgreement',
        value('BuyerReference', invoice.buyerReference),
        writeSeller(invoice),
        writeBuyer(invoice),
        group('BuyerOrderReferencedDocument', value('IssuerAssignedID', invoice.purchaseOrderReference)),
      ),
      writeDelivery(invoice),
      writeSettlement(invoice),
    ]),
  ]);
}

/**
 * BG-13 and BG-15. The schema always requires the element, and Factur-X requires something in it, at least the country
 * (BR-FX-EN-04). So when the document says nothing, the place is the buyer's: unless another party is named (BT-70), it
 * was delivered to the buyer.
 */
function writeDelivery({ specification, delivery, buyer }: ElectronicInvoice): XmlElement | undefined {
  const isSaid = delivery.date !== '' || delivery.countryCode !== '';
  const { city, postalCode, countryCode } = isSaid ? delivery : placeOf(buyer, specification);
  return group(
    'ApplicableHeaderTradeDelivery',
    group(
      'ShipToTradeParty',
      group(
        'PostalTradeAddress',
        value('PostcodeCode', postalCode),
        value('CityName', city),
        value('CountryID', countryCode),
      ),
    ),
    group('ActualDeliverySupplyChainEvent', day('OccurrenceDateTime', delivery.date)),
  );
}
