import { setTimeout as pause } from 'node:timers/promises';
import type { DescMessage } from '@bufbuild/protobuf';
import type { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import type { ApplyCreditResponseSchema } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type {
  RecordPaymentResponseSchema,
  WriteOffInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { InvoiceWrittenOffSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import type { Payment } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { type Call, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { whileCreditLasts } from '../credit/customer-credit.ts';
import type { Deps } from '../deps.ts';
import type { PaymentOutcome, Settlement } from '../domain/balance.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { PaymentRow } from '../store/payment-row.ts';
import { toInvoice, toPayment } from './convert.ts';
import { discountWith, grantFor } from './early-discount.ts';
import { changesBetween, invoiceEvent } from './events.ts';
import { getOwnInvoice, todayOf } from './own-invoice.ts';

/**
 * An attempt fails only when another change of the invoice, or of the customer's credit, was written in between, so a
 * change is refused as CONFLICT only after this many others have overtaken it.
 */
const ATTEMPTS_MAX = 200;

/** Longest pause before another attempt. The pause is random, so that calls that collided do not collide again. */
const PAUSE_MS_MAX = 20;

/** What reduces the amount due on an invoice: a payment, credit or a write-off. */
export interface Settling extends Pick<PaymentRow, 'kind' | 'paymentDate' | 'method' | 'reference' | 'reason'> {
  /** Its outcome for the invoice as it is now. */
  decide(invoice: InvoiceRow): PaymentOutcome | Promise<PaymentOutcome>;
  readonly eventSchema: typeof PaymentRecordedSchema | typeof CreditAppliedSchema | typeof InvoiceWrittenOffSchema;
  readonly responseSchema:
    | typeof RecordPaymentResponseSchema
    | typeof ApplyCreditResponseSchema
    | typeof WriteOffInvoiceResponseSchema;
}

/** Reads, decides and writes as `compareAndSet` does, on an invoice that many may be changing at once. */
export function whileContended<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  return compareAndSet(async () => {
    const result = await attempt();
    if (result === undefined) await pause(Math.random() * PAUSE_MS_MAX);
    return result;
  }, ATTEMPTS_MAX);
}

/** The invoice in its next version, after a change of its amount due. */
export function settledInvoice(
  before: InvoiceRow,
  { state, paidMinor, creditedMinor, writtenOffMinor, earlyDiscountMinor }: Settlement,
  call: Call,
  now: Date,
): InvoiceRow {
  return {
    ...before,
    version: before.version + 1n,
    state,
    paidMinor,
    creditedMinor,
    writtenOffMinor,
    earlyDiscountMinor,
    timeZone: call.user.timeZone,
    updateTime: now,
    payTime: state === 'PAID' ? (before.payTime ?? now) : null,
  };
}

/**
 * Stores a payment with its effects on the invoice and on the customer's credit.
 *
 * @throws DomainError INVOICE_NOT_FOUND, ETAG_MISMATCH, CONFLICT, AMOUNT_TOO_LARGE, or what `decide` throws.
 */
export async function settleInvoice(
  deps: Deps,
  call: Call,
  invoiceId: string,
  settling: Settling,
): Promise<{ readonly payment: Payment }> {
  return whileContended(async () => {
    const row = await getOwnInvoice(deps, call, invoiceId);
    requireVersion(call, row.version);
    const payment = await settle(deps, call, row, settling);
    return payment === undefined ? undefined : { payment };
  });
}

/** Gives undefined when the invoice, or the customer's credit, was changed meanwhile. */
async function settle(
  deps: Deps,
  call: Call,
  before: InvoiceRow,
  { decide, eventSchema, responseSchema, ...facts }: Settling,
): Promise<Payment | undefined> {
  const outcome = await decide(before);
  const { appliedMinor, excessMinor } = outcome;
  const granted = await grantFor(deps, before, facts, outcome);
  const settlement = granted ?? outcome;
  const now = deps.clock.now();
  const after = settledInvoice(before, settlement, call, now);
  const row: PaymentRow = {
    ...facts,
    id: increasingUuid(),
    invoiceId: before.id,
    ownerId: before.ownerId,
    amountMinor: appliedMinor + excessMinor,
    excessMinor,
    createTime: now,
    invoiceState: settlement.state,
    invoiceDueMinor: settlement.dueMinor,
    reverseTime: null,
    reverseDate: null,
    reverseReason: '',
  };
  const discountRow = granted && discountWith(row, outcome.dueMinor);
  const payment = toPayment(row, before.currencyCode);
  const event = invoiceEvent(eventSchema, call, {
    invoice: toInvoice(after, todayOf(deps, call)),
    changes: changesBetween(before, after),
    version: after.version,
    time: now,
    payment,
    discount: discountRow && toPayment(discountRow, before.currencyCode),
  });
  const isRecorded = await whileCreditLasts(
    deps.store.recordPayment(row, discountRow, after, {
      events: [event],
      idempotency: idempotencyValues<DescMessage>(call, responseSchema, { payment }, now),
    }),
  );
  return isRecorded ? payment : undefined;
}
