import { and, eq, ne, type SQL, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices } from './schema.ts';

/**
 * The part of a write statement that changes what may change of an invoice after it was opened, if the condition holds as well
 * as that the invoice is in the version before.
 */
export function changeOpened(db: Database, condition?: SQL) {
  const parameters = columnParameters(invoices);
  return db.$with('changed').as(
    db
      .update(invoices)
      .set({
        version: parameters.version,
        state: parameters.state,
        memo: parameters.memo,
        metadata: parameters.metadata,
        tags: parameters.tags,
        paidMinor: parameters.paidMinor,
        creditedMinor: parameters.creditedMinor,
        writtenOffMinor: parameters.writtenOffMinor,
        creditNoteMinor: parameters.creditNoteMinor,
        creditNoteCount: parameters.creditNoteCount,
        instalments: parameters.instalments,
        timeZone: parameters.timeZone,
        updateTime: parameters.updateTime,
        customer: parameters.customer,
        sendTime: parameters.sendTime,
        payTime: parameters.payTime,
        voidTime: parameters.voidTime,
      })
      .where(
        and(
          eq(invoices.id, parameters.id),
          eq(invoices.ownerId, parameters.ownerId),
          sql`${invoices.version} + 1 = ${parameters.version}`,
          ne(invoices.state, 'DRAFT'),
          condition,
        ),
      )
      .returning({ id: invoices.id, ownerId: invoices.ownerId }),
  );
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
