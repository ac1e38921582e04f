import type { Call } from '../../runtime/call.ts';
import type { Deps } from './deps.ts';
import { readOwnInvoice, stateNameOf } from './own-invoice.ts';

/**
 * Starts or ends the pause of an invoice's reminders; repeating it changes nothing.
 *
 * @throws DomainError INVOICE_NOT_FOUND
 */
export async function setPaused(deps: Deps, invoiceId: string, paused: boolean, call: Call) {
  const invoice = await readOwnInvoice(deps, invoiceId, call);
  await deps.store.pauseReminders({
    invoiceId,
    ownerId: call.user.userId,
    // Older than any event, which therefore still takes effect.
    version: 0n,
    state: stateNameOf(invoice),
    dueDate: invoice.dueDate,
    timeZone: call.user.timeZone,
    planned: false,
    paused,
  });
  return { plan: { invoiceId, paused } };
}
