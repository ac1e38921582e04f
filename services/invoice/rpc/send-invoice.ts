import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { type InvoiceService, SendInvoiceResponseSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call.ts';
import { compareAndSet } from '../../../runtime/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { situationOf, toInvoice, toPartyJson } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { transition } from '../domain/lifecycle.ts';
import { DEFAULT_NUMBER_PATTERN, parseNumberPattern } from '../domain/number.ts';
import { changesBetween, invoiceEvent } from '../events.ts';
import { getOwnInvoice, todayOf } from '../own-invoice.ts';
import { getParties } from '../parties.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** The series that all invoices are numbered in. */
const SERIES = 'invoice';

/** Opens a draft: number, snapshot of both parties, and the event that has it mailed. */
export const sendInvoice: Rpc<Deps, typeof InvoiceService.method.sendInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    const state = applyRules('', () => transition('SEND', situationOf(row)));
    const parties = await getParties(deps, call, row.customerId);
    const now = deps.clock.now();
    const today = todayOf(deps, call);
    const opened: InvoiceRow = {
      ...row,
      version: row.version + 1n,
      state,
      issueDate: row.issueDate ?? today,
      seller: toPartyJson(parties.seller),
      customer: toPartyJson(parties.customer),
      timeZone: call.user.timeZone,
      updateTime: now,
      sendTime: now,
      payTime: state === 'PAID' ? now : null,
    };
    const invoice = toInvoice(opened, today);
    // The statement fills in the number: in the invoice, in the event and its first change, and in the kept answer.
    const changes = [{ field: 'number' }, ...changesBetween(row, opened)];
    const series = { series: SERIES, format: parseNumberPattern(DEFAULT_NUMBER_PATTERN, today) };
    const number = await deps.store.openInvoice(opened, series, {
      events: [invoiceEvent(InvoiceSentSchema, call, { invoice, changes, version: opened.version, time: now })],
      idempotency: idempotencyValues(call, SendInvoiceResponseSchema, { invoice }, now),
    });
    return number === undefined ? undefined : { invoice: { ...invoice, number } };
  });
