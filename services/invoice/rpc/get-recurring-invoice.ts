import type { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { getOwnRecurringInvoice } from '../recurring-invoices/own-recurring-invoice.ts';
import { toRecurringInvoice } from '../recurring-invoices/recurring-message.ts';

/** Gives one recurring invoice. */
export const getRecurringInvoice: Rpc<Deps, typeof RecurringInvoiceService.method.getRecurringInvoice> = async (
  deps,
  request,
  call,
) => ({ recurringInvoice: toRecurringInvoice(await getOwnRecurringInvoice(deps, call, request.recurringInvoiceId)) });
