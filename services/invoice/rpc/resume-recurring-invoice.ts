import { RecurringInvoiceResumedSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import {
  type RecurringInvoiceService,
  ResumeRecurringInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { decideNextStep, type Progress, progressTo } from '../domain/recurrence.ts';
import { switchRecurringInvoice } from '../recurring-invoices/switch-recurring-invoice.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';

/** Ends the pause of a recurring invoice. */
export const resumeRecurringInvoice: Rpc<Deps, typeof RecurringInvoiceService.method.resumeRecurringInvoice> = (
  deps,
  request,
  call,
) =>
  switchRecurringInvoice(deps, call, request.recurringInvoiceId, {
    action: 'RESUME',
    state: 'ACTIVE',
    eventSchema: RecurringInvoiceResumedSchema,
    responseSchema: ResumeRecurringInvoiceResponseSchema,
    progressAt: resumed,
  });

/**
 * Missed dates are left to the job, unless they are skipped: then the answer already has the date that it goes on with.
 */
function resumed(row: RecurringRow, now: Date): Progress {
  const { nextDate, lastDate } = row;
  if (nextDate === null) return row;
  const step = decideNextStep({ ...row, nextDate }, row, localDate(now, row.timeZone));
  return progressTo(row, step.kind === 'SKIP' ? step.nextIndex : row.nextIndex, { state: 'ACTIVE', lastDate });
}
