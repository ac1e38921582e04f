import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import { parseTaxId } from './tax-id.ts';
import { xmlText } from './xml.ts';

/** The scheme of electronic addresses that are email addresses (list EAS, BR-CL-25). */
const EMAIL_SCHEME = 'EM';

/** The electronic address (BT-34, BT-49): by default the email address. Undefined when there is neither. */
export function electronicAddressOf({ electronicAddress, email }: Party) {
  if (electronicAddress !== undefined) return electronicAddress;
  return xmlText(email) === '' ? undefined : { scheme: EMAIL_SCHEME, identifier: email };
}

/** The contact (BG-6, BG-9): by default the email address alone. Its empty parts are not written. */
export function contactOf({ contact, email }: Party) {
  return contact ?? { name: '', phone: '', email };
}

/** Whether both parties are in this country, by their addresses. */
export function isDomestic(
  { seller, buyer }: Pick<ElectronicInvoice, 'seller' | 'buyer'>,
  countryCode: string,
): boolean {
  return seller.address?.countryCode === countryCode && buyer.address?.countryCode === countryCode;
}

/** The numbers of a party as the document has them, each empty where it has none. */
export type PartyNumbers = {
  /** BT-31, BT-48. */
  readonly vatNumber: string;
  /** BT-32; of the seller only. */
  readonly taxRegistration: string;
  /** BT-29, BT-46. */
  readonly identifier: string;
};

/**
 * The seller's numbers in the document. Without a VAT number, the buyer also identifies the seller by the other one
 * (BR-CO-26).
 */
export function sellerNumbers({ seller, vatBreakdown }: ElectronicInvoice): PartyNumbers {
  const numbers = numbersOf(seller, vatBreakdown);
  const { kind, text } = parseTaxId(seller.taxId);
  return { ...numbers, taxRegistration: xmlText(seller.taxRegistration) || (kind === 'LOCAL' ? text : '') };
}

/**
 * The same for the buyer. The standard has no place for a buyer's tax number that is not for VAT, so it becomes an
 * identifier.
 */
export function buyerNumbers({ buyer, vatBreakdown }: ElectronicInvoice): PartyNumbers {
  return numbersOf(buyer, vatBreakdown);
}

/** A document outside the scope of VAT must not have VAT numbers either (BR-O-2 to BR-O-4). */
function numbersOf({ taxId }: Party, vatBreakdown: ElectronicInvoice['vatBreakdown']): PartyNumbers {
  const { kind, text } = parseTaxId(taxId);
  const isOutsideScope = vatBreakdown.some(({ vat }) => vat.category === 'OUTSIDE_SCOPE');
  return kind === 'VAT' && !isOutsideScope
    ? { vatNumber: text, taxRegistration: '', identifier: '' }
    : { vatNumber: '', taxRegistration: '', identifier: text };
}
