import { and, ne, type SQL } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import { changeRow } from './versioned-row.ts';

/** The fields that may change after an invoice was opened. */
const CHANGEABLE = [
  'state',
  'memo',
  'metadata',
  'tags',
  'paidMinor',
  'creditedMinor',
  'writtenOffMinor',
  'earlyDiscountMinor',
  'creditNoteMinor',
  'creditNoteCount',
  'instalments',
  'timeZone',
  'customer',
  'sendTime',
  'payTime',
  'voidTime',
] as const;

/**
 * The part of a write statement that changes the fields of an opened invoice that may change, if the invoice is in the
 * version before and the condition holds.
 */
export function changeOpened(db: Database, condition?: SQL) {
  return changeRow(db, invoices, CHANGEABLE, and(ne(invoices.state, 'DRAFT'), condition));
}

/**
 * Prepares the statement that changes the fields of an opened invoice that may change, e.g. state, memo, tags, amounts
 * and times. It expects the version before `invoice.version`; gives false, and has changed nothing, when that is not
 * the present one.
 */
export function prepareChangeOpenedInvoice(
  db: Database,
): (invoice: InvoiceRow, effects: WriteEffects) => Promise<boolean> {
  const changed = changeOpened(db);
  const write = prepareWrite(db, 'change_opened_invoice', { changed });
  return ({ lines: _lines, ...invoice }, effects) => write(invoice, effects);
}
