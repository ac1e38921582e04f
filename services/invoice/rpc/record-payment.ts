import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import {
  type InvoiceService,
  type RecordPaymentRequest,
  RecordPaymentResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Payment } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call.ts';
import { compareAndSet } from '../../../runtime/compare-and-set.ts';
import { invalidField } from '../../../runtime/errors.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { balanceOf, situationOf, toInvoice, toPayment } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { applyPayment } from '../domain/balance.ts';
import { checkDate } from '../domain/dates.ts';
import { changesBetween, invoiceEvent } from '../events.ts';
import { getOwnInvoice, todayOf } from '../own-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { PaymentRow } from '../store/payment-row.ts';

/**
 * An attempt fails only when another change of the invoice was written in between, so a payment is refused as CONFLICT
 * only after that many others have overtaken it.
 */
const ATTEMPTS_MAX = 200;

/** Longest pause before another attempt; it is random, so that those who met do not meet again. */
const PAUSE_MS_MAX = 20;

/** Records a payment, in part or in full. */
export const recordPayment: Rpc<Deps, typeof InvoiceService.method.recordPayment> = (deps, request, call) => {
  const paymentDate = paymentDateOf(request, todayOf(deps, call));
  const attempt = async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    const payment = await record(deps, call, row, { ...request, paymentDate });
    if (payment !== undefined) return { payment };
    await pause(Math.random() * PAUSE_MS_MAX);
    return undefined;
  };
  return compareAndSet(attempt, ATTEMPTS_MAX);
};

function paymentDateOf({ paymentDate }: RecordPaymentRequest, today: string): string {
  if (paymentDate === '') return today;
  applyRules('', () => checkDate(paymentDate, 'paymentDate'));
  if (paymentDate > today) throw invalidField('payment_date', 'must not be in the future');
  return paymentDate;
}

/** Stores the payment with what it makes of the invoice. Gives undefined when the invoice had moved. */
async function record(
  deps: Deps,
  call: Call,
  before: InvoiceRow,
  { amountMinor, paymentDate, method, reference }: RecordPaymentRequest,
): Promise<Payment | undefined> {
  const { state, paidMinor, dueMinor } = applyRules('', () =>
    applyPayment({ ...situationOf(before), ...balanceOf(before), currencyCode: before.currencyCode }, amountMinor),
  );
  const now = deps.clock.now();
  const after: InvoiceRow = {
    ...before,
    version: before.version + 1n,
    state,
    paidMinor,
    timeZone: call.user.timeZone,
    updateTime: now,
    payTime: state === 'PAID' ? now : null,
  };
  const row: PaymentRow = {
    id: randomUUIDv7(),
    invoiceId: before.id,
    ownerId: before.ownerId,
    amountMinor,
    paymentDate,
    method,
    reference,
    createTime: now,
    invoiceState: state,
    invoiceDueMinor: dueMinor,
  };
  const payment = toPayment(row, before.currencyCode);
  const event = invoiceEvent(PaymentRecordedSchema, call, {
    invoice: toInvoice(after, todayOf(deps, call)),
    changes: changesBetween(before, after),
    version: after.version,
    time: now,
    payment,
  });
  const isRecorded = await deps.store.recordPayment(row, after, {
    events: [event],
    idempotency: idempotencyValues(call, RecordPaymentResponseSchema, { payment }, now),
  });
  return isRecorded ? payment : undefined;
}
