import { localDate } from '../../runtime/calendar.ts';
import type { Call } from '../../runtime/call.ts';
import { DomainError, invalidField } from '../../runtime/errors.ts';
import type { Deps } from './deps.ts';
import type { InvoiceRow } from './store/invoice-row.ts';

/**
 * The caller's invoice with this id.
 *
 * @throws DomainError INVOICE_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function getOwnInvoice(deps: Deps, call: Call, invoiceId: string): Promise<InvoiceRow> {
  const row = await deps.store.getInvoice(call.user.userId, invoiceId);
  if (row === undefined) throw new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no invoice with this id.');
  return row;
}

/** The caller's present day, `YYYY-MM-DD`. */
export function todayOf(deps: Deps, call: Call): string {
  return localDate(deps.clock.now(), call.user.timeZone);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id of an update's invoice, which the schema does not check because it leaves out the whole resource.
 *
 * @throws DomainError INVALID_ARGUMENT when it is no UUID.
 */
export function requireInvoiceId(id: string): string {
  if (!UUID.test(id)) throw invalidField('invoice.id', 'must be a UUID');
  return id;
}
