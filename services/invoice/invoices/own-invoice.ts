import { localDate } from '../../../runtime/calendar.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Cause } from '../cause.ts';
import type { Deps } from '../deps.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/**
 * The caller's invoice with this id.
 *
 * @throws DomainError INVOICE_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function getOwnInvoice(deps: Deps, call: Call, invoiceId: string): Promise<InvoiceRow> {
  return requireInvoice(await deps.store.getInvoice(call.user.userId, invoiceId));
}

/**
 * The invoice that was read, if there was one.
 *
 * @throws DomainError INVOICE_NOT_FOUND.
 */
export function requireInvoice<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no invoice with this id.');
  return row;
}

/** The user's present day, `YYYY-MM-DD`. */
export function todayOf(deps: Deps, { user }: Pick<Cause, 'user'>): string {
  return localDate(deps.clock.now(), user.timeZone);
}
