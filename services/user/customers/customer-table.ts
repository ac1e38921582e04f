import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import { csvRow } from '../../../runtime/csv/write-csv.ts';
import { identifierCell } from './identifier-cell.ts';
import { metadataCell } from './metadata-cell.ts';

const COLUMNS: Readonly<Record<string, (customer: Customer) => string>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  line1: ({ address }) => address?.line1 ?? '',
  line2: ({ address }) => address?.line2 ?? '',
  city: ({ address }) => address?.city ?? '',
  region: ({ address }) => address?.region ?? '',
  postal_code: ({ address }) => address?.postalCode ?? '',
  country_code: ({ address }) => address?.countryCode ?? '',
  tax_id: ({ taxId }) => taxId,
  locale: ({ locale }) => locale,
  notes: ({ notes }) => notes,
  reference: ({ reference }) => reference,
  tags: ({ tags }) => tags.join(', '),
  metadata: ({ metadata }) => metadataCell(metadata),
  create_time: ({ createTime }) => (createTime === undefined ? '' : timestampDate(createTime).toISOString()),
  electronic_address: ({ electronicAddress }) => identifierCell(electronicAddress),
  legal_registration: ({ legalRegistration }) => identifierCell(legalRegistration),
  cc_emails: ({ ccEmails }) => ccEmails.join(', '),
};

/** The header of a CSV file of customers. */
export const CUSTOMER_TABLE_HEADER: string = csvRow(Object.keys(COLUMNS));

/** The row of a customer in it. */
export function customerTableRow(customer: Customer): string {
  return csvRow(Object.values(COLUMNS).map((cellOf) => cellOf(customer)));
}
