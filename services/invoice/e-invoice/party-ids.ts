import type { ElectronicInvoice } from './electronic-invoice.ts';
import { parseTaxId } from './tax-id.ts';

/** What a party is known by to authorities and to the other party; each is empty when there is none. */
export type PartyIds = {
  /** BT-29, BT-46. */
  readonly identifier: string;
  /** BT-31, BT-48. */
  readonly vatNumber: string;
  /** BT-32, which only a seller has. */
  readonly localNumber: string;
};

/** Of the seller. What is no VAT number is also what the buyer identifies the seller by (BR-CO-26). */
export function sellerIdsOf({ seller, vatBreakdown }: ElectronicInvoice): PartyIds {
  return idsOf(seller.taxId, vatBreakdown);
}

/** Of the buyer. The standard has no place for a tax number that is not for VAT, so that is an identifier. */
export function buyerIdsOf({ buyer, vatBreakdown }: ElectronicInvoice): PartyIds {
  return { ...idsOf(buyer.taxId, vatBreakdown), localNumber: '' };
}

function idsOf(taxId: string, vatBreakdown: ElectronicInvoice['vatBreakdown']): PartyIds {
  const { kind, text } = parseTaxId(taxId);
  const isVatNumber = kind === 'VAT' && !isOutsideScope(vatBreakdown);
  return {
    identifier: isVatNumber ? '' : text,
    vatNumber: isVatNumber ? text : '',
    localNumber: kind === 'LOCAL' ? text : '',
  };
}

/** Whether it has no VAT, and so must not have a VAT number either (BR-O-2 to BR-O-4). */
function isOutsideScope(vatBreakdown: ElectronicInvoice['vatBreakdown']): boolean {
  return vatBreakdown.some(({ vat }) => vat.category === 'OUTSIDE_SCOPE');
}
