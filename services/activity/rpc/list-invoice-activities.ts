import { Code, ConnectError } from '@connectrpc/connect';
import type { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import type { Call, Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { readActivityPage } from '../activity-page.ts';
import type { Deps } from '../deps.ts';

/**
 * Lists what happened to one invoice of the caller, newest first. Activities are recorded a moment after a change, so
 * an invoice without any is looked up in the invoice service.
 *
 * Throws INVOICE_NOT_FOUND when the caller has no such invoice and never had.
 */
export const listInvoiceActivities: Rpc<Deps, typeof ActivityService.method.listInvoiceActivities> = async (
  deps,
  request,
  call,
) => {
  const ownerId = call.user.userId;
  // Ids are compared as Postgres prints them, in lower case.
  const invoiceId = request.invoiceId.toLowerCase();
  const page = await readActivityPage(request, { list: 'invoice', ownerId, invoiceId }, (cursor, limit) =>
    deps.store.listInvoiceActivities({ ownerId, invoiceId, cursor, limit }),
  );
  if (page.activities.length === 0 && request.pageToken === '') await requireInvoice(deps, invoiceId, call);
  return page;
};

async function requireInvoice(deps: Deps, invoiceId: string, call: Call): Promise<void> {
  try {
    await deps.invoices.getInvoice({ invoiceId }, call.forward());
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
    throw new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no such invoice.');
  }
}
