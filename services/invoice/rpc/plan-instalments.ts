import {
  type InvoiceService,
  PlanInstalmentsResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { InstalmentsPlannedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { checkInstalments } from '../domain/instalments.ts';
import { transition } from '../domain/lifecycle.ts';
import { situationOf, toInvoice } from '../invoices/convert.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** Sets, replaces or removes the instalment plan of an open invoice. */
export const planInstalments: Rpc<Deps, typeof InvoiceService.method.planInstalments> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    const instalments = request.instalments.map(({ dueDate, amountMinor }) => ({ dueDate, amountMinor }));
    applyRules('', () => {
      transition('PLAN_INSTALMENTS', situationOf(row));
      checkInstalments(instalments, row);
    });
    const now = deps.clock.now();
    const { timeZone } = call.user;
    const planned: InvoiceRow = { ...row, version: row.version + 1n, instalments, timeZone, updateTime: now };
    const response = { invoice: toInvoice(planned, todayOf(deps, call)) };
    const facts = { ...response, changes: changesBetween(row, planned), version: planned.version, time: now };
    const isPlanned = await deps.store.changeOpenedInvoice(planned, {
      events: [invoiceEvent(InstalmentsPlannedSchema, call, facts)],
      idempotency: idempotencyValues(call, PlanInstalmentsResponseSchema, response, now),
    });
    return isPlanned ? response : undefined;
  });
