import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { type InvoiceService, SendInvoiceResponseSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { type InvoiceState, transition } from '../domain/lifecycle.ts';
import { situationOf, toInvoice } from '../invoices/convert.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { openDraft } from '../invoices/open-draft.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { withRecipient } from '../invoices/parties.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** Has an invoice mailed; a draft is opened as well. */
export const sendInvoice: Rpc<Deps, typeof InvoiceService.method.sendInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    const state = applyRules('', () => transition('SEND', situationOf(row)));
    const { message } = request;
    const invoice =
      row.state === 'DRAFT'
        ? await openDraft(deps, call, row, { action: 'SEND', state, message })
        : await sendOpened(deps, call, row, { state, message });
    return invoice === undefined ? undefined : { invoice };
  });

/** Sends an invoice that was finalized before. Gives undefined when it was changed meanwhile. */
async function sendOpened(
  deps: Deps,
  call: Call,
  row: InvoiceRow,
  { state, message }: { readonly state: InvoiceState; readonly message: string },
): Promise<Invoice | undefined> {
  const customer = await withRecipient(deps, call, row);
  const now = deps.clock.now();
  const sent: InvoiceRow = {
    ...row,
    version: row.version + 1n,
    state,
    customer,
    timeZone: call.user.timeZone,
    updateTime: now,
    sendTime: now,
  };
  const invoice = toInvoice(sent, todayOf(deps, call));
  const changes = changesBetween(row, sent);
  const isSent = await deps.store.changeOpenedInvoice(sent, {
    events: [invoiceEvent(InvoiceSentSchema, call, { invoice, changes, version: sent.version, time: now, message })],
    idempotency: idempotencyValues(call, SendInvoiceResponseSchema, { invoice }, now),
  });
  return isSent ? invoice : undefined;
}
