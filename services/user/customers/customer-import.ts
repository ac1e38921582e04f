import { create } from '@bufbuild/protobuf';
import { type Customer, CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import type { TextFile } from '../../../runtime/csv/decode-text.ts';
import { type RowError, readCsv, type TableRow, type TableRules } from '../../../runtime/csv/read-csv.ts';
import { columnOf, rowErrorsOf } from '../../../runtime/csv/row-errors.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { UUID } from '../../../runtime/uuid.ts';
import { requireIdentifiers } from '../require-identifiers.ts';
import { identifierOf } from './identifier-cell.ts';
import { metadataOf } from './metadata-cell.ts';
import { requireCcEmails } from './require-cc-emails.ts';

const RULES = {
  columns: [
    ...['name', 'email', 'phone', 'line1', 'line2', 'city', 'region', 'postal_code', 'country_code'],
    ...['tax_id', 'locale', 'notes', 'reference', 'tags', 'electronic_address', 'legal_registration', 'cc_emails'],
    // An export has them as well. What is stored gets its own id and time.
    ...['metadata', 'id', 'create_time'],
  ],
  required: ['name'],
  rowsMax: 500,
} as const satisfies TableRules<string>;

type Column = (typeof RULES.columns)[number];

/** A customer of a file, and its row there. */
export interface CustomerOfFile {
  readonly row: number;
  /** The id that it has where it was exported; empty when the file does not say. */
  readonly id: string;
  readonly customer: Customer;
}

/** Reads the customers of a CSV file. `errors` says what is wrong with it; then customers may be missing. */
export async function readCustomers(
  file: TextFile,
): Promise<{ readonly customers: readonly CustomerOfFile[]; readonly errors: readonly RowError[] }> {
  const { rows, errors } = readCsv<Column>(file, RULES);
  const customers = rows.map((row) => ({ row: row.row, id: row.cells.id.toLowerCase(), customer: customerOf(row) }));
  const invalid = await Promise.all(
    customers.map(({ row, customer }) =>
      rowErrorsOf(
        (path) => ({ row, column: columnOf(path.replace(/^(electronic_address|legal_registration)\..*/, '$1')) }),
        () => {
          requireValid(CustomerSchema, customer);
          requireIdentifiers(customer);
          requireCcEmails(customer);
        },
      ),
    ),
  );
  return {
    customers,
    errors: [
      ...errors,
      ...invalid.flat(),
      ...unschemedAddresses(rows),
      ...repeatedReferences(customers),
      ...unreadableMetadata(rows),
      ...foreignIds(rows),
    ],
  };
}

function customerOf({ cells }: TableRow<Column>): Customer {
  const { line1, line2, city, region, postal_code: postalCode, country_code: countryCode, tax_id: taxId } = cells;
  const address = { line1, line2, city, region, postalCode, countryCode };
  const { name, email, phone, locale, notes, reference } = cells;
  const electronicAddress = identifierOf(cells.electronic_address);
  const legalRegistration = identifierOf(cells.legal_registration);
  const hasAddress = Object.values(address).some((part) => part !== '');
  return create(CustomerSchema, {
    ...{ name, email, phone, taxId, locale, notes, reference },
    ...(hasAddress ? { address } : {}),
    ...(electronicAddress?.scheme ? { electronicAddress } : {}),
    ...(legalRegistration && { legalRegistration }),
    metadata: metadataOf(cells.metadata) ?? {},
    tags: listOf(cells.tags),
    ccEmails: listOf(cells.cc_emails),
  });
}

function listOf(cell: string): string[] {
  return cell
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** An electronic address needs its scheme; a registration may be without one. */
function unschemedAddresses(rows: readonly TableRow<Column>[]): RowError[] {
  return rows
    .filter(({ cells }) => identifierOf(cells.electronic_address)?.scheme === '')
    .map(({ row }) => ({
      row,
      column: 'electronic_address',
      detail: 'must begin with its scheme and a colon, e.g. 0204:991-01484-64',
    }));
}

function unreadableMetadata(rows: readonly TableRow<Column>[]): RowError[] {
  return rows
    .filter(({ cells }) => metadataOf(cells.metadata) === undefined)
    .map(({ row }) => ({
      row,
      column: 'metadata',
      detail: 'must be a JSON object of strings, e.g. {"region": "north"}',
    }));
}

/** Ids of another system would be lost without a word, as ids are not stored. */
function foreignIds(rows: readonly TableRow<Column>[]): RowError[] {
  return rows
    .filter(({ cells: { id } }) => id !== '' && !UUID.test(id))
    .map(({ row }) => ({
      row,
      column: 'id',
      detail: 'must be empty or an id from an export; ids of another system belong in the column reference',
    }));
}

function repeatedReferences(customers: readonly CustomerOfFile[]): RowError[] {
  const rows = new Map<string, number>();
  return customers.flatMap(({ row, customer: { reference } }): RowError[] => {
    const first = rows.get(reference);
    if (reference === '') return [];
    if (first !== undefined) return [{ row, column: 'reference', detail: `must not be the same as in row ${first}` }];
    rows.set(reference, row);
    return [];
  });
}
