import { SPECIFICATION, TYPE_CODES } from '../document-codes.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
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
  return writeXml('rsm:CrossIndustryInvoice', NAMESPACES, [
    groupElement('rsm:ExchangedDocumentContext', [
      group('GuidelineSpecifiedDocumentContextParameter', value('ID', SPECIFICATION)),
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

/** BG-13 and BG-15. The schema wants it also where nothing is said. */
function writeDelivery({ delivery }: ElectronicInvoice): XmlElement {
  const name = 'ApplicableHeaderTradeDelivery';
  const said = group(
    name,
    group('ShipToTradeParty', group('PostalTradeAddress', value('CountryID', delivery.countryCode))),
    group('ActualDeliverySupplyChainEvent', day('OccurrenceDateTime', delivery.date)),
  );
  return said ?? { name: `ram:${name}`, attributes: {}, content: '' };
}
