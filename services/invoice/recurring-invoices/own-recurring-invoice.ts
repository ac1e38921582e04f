import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';

/**
 * The caller's recurring invoice with this id.
 *
 * @throws DomainError RECURRING_INVOICE_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function getOwnRecurringInvoice(deps: Deps, call: Call, id: string): Promise<RecurringRow> {
  const row = await deps.store.getRecurringInvoice(call.user.userId, id);
  if (row !== undefined) return row;
  throw new DomainError('missing', 'RECURRING_INVOICE_NOT_FOUND', 'There is no recurring invoice with this id.');
}
