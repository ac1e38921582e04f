import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Delivery, VatTotal } from './electronic-invoice.ts';

/**
 * Where and when it was delivered, which an intra-community supply has to say (BR-IC-11, BR-IC-12). An invoice that names no date of
 * supply says that it is the one of issue (Directive 2006/112/EC, Article 226 (7)), and one that names no place of delivery the
 * address of the customer. On other documents it is left out. `issueDate` is that of the invoice, also for a credit note.
 */
export function deliveryOf(taxes: readonly VatTotal[], issueDate: string, customer: Party): Delivery | undefined {
  if (!taxes.some(({ vat }) => vat.category === 'INTRA_COMMUNITY')) return undefined;
  return { date: issueDate, countryCode: customer.address?.countryCode ?? '' };
}
