import { and, ne, type SQL } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import { changeRow } from './versioned-row.ts';

/** What may change of an invoice after it was opened. */
const CHANGEABLE = [
  'state',
  'memo',
  'metadata',
  'tags',
  'paidMinor',
  'creditedMinor',
  'writtenOffMinor',
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
 * The part of a write statement that changes what may change of an invoice after it was opened, if the condition holds as well
 * as that the invoice is in the version before.
 */
export function changeOpened(db: Database, condition?: SQL) {
  return changeRow(db, invoices, CHANGEABLE, and(ne(invoices.state, 'DRAFT'), condition));
}

/**
 * Prepares the statement that changes state, memo, labels, times and recipient of an invoice that was opened. It expects the version
 * before `invoice.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareChangeOpenedInvoice(
  db: Database,
): (invoice: InvoiceRow, effects: WriteEffects) => Promise<boolean> {
  const changed = changeOpened(db);
  const write = prepareWrite(db, 'change_opened_invoice', { changed });
  return ({ lines: _lines, ...invoice }, effects) => write(invoice, effects);
}
