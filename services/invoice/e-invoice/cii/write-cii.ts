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
 * The document in UN/CEFACT Cross Industry Invoice D16B, the elements in the order of its schema (CEN/TS 16931-3-3 says which term is
 * which element). Assumes that nothing keeps it from being an electronic invoice, as find-problems.ts tells.
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
 * BG-13 and BG-15. The schema wants it in any case, and Factur-X something in it, the country at least (BR-FX-EN-04). So where nothing is
 * said the place is the buyer's: who is not said to be somebody else is who it was delivered to (BT-70).
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
