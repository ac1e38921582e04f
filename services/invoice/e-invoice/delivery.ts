import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { InvoiceHeadRow } from '../store/invoice-row.ts';
import type { Delivery, Period, VatTotal } from './electronic-invoice.ts';
import type { Specification } from './specification.ts';

/** The dates of supply that an invoice gives. */
export type Supply = Pick<InvoiceHeadRow, 'deliveryDate' | 'periodStartDate' | 'periodEndDate'>;

/** Where it was delivered (BG-15). */
type Place = Omit<Delivery, 'date'>;

const NOWHERE: Place = { city: '', postalCode: '', countryCode: '' };

/** The period that is invoiced, as far as the invoice gives it. */
export function periodOf({ periodStartDate, periodEndDate }: Supply): Period {
  return { startDate: periodStartDate ?? '', endDate: periodEndDate ?? '' };
}

/**
 * When and where it was delivered. An intra-community supply has to give a date or a period (BR-IC-11), and the country
 * (BR-IC-12). An invoice that names neither a date of supply nor a period means the day of issue (Directive
 * 2006/112/EC, Article 226 (7)), and one that names no place of delivery means the address of the customer. Other
 * documents have the date alone, if it is given. `issueDate` is that of the invoice, also for a credit note.
 */
export function deliveryOf(
  { deliveryDate, periodStartDate, periodEndDate }: Supply,
  taxes: readonly VatTotal[],
  issueDate: string,
  customer: Party,
): Delivery {
  const date = deliveryDate ?? '';
  if (!taxes.some(({ vat }) => vat.category === 'INTRA_COMMUNITY')) return { date, ...NOWHERE };
  const isDated = date !== '' || periodStartDate !== null || periodEndDate !== null;
  return { date: isDated ? date : issueDate, ...placeOf(customer, 'EN16931') };
}

/**
 * The party's place as the place of delivery: the country, and also city and postal code unless the specification is
 * the core of the standard (BR-DE-10, BR-DE-11).
 */
export function placeOf({ address }: Party, specification: Specification): Place {
  const { city = '', postalCode = '', countryCode = '' } = address ?? {};
  return specification === 'EN16931' ? { ...NOWHERE, countryCode } : { city, postalCode, countryCode };
}
