import { type InvoiceService, ReversePaymentResponseSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import type { Payment } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { whileCreditLasts } from '../credit/customer-credit.ts';
import type { Deps } from '../deps.ts';
import { reversePayment as decideReversal } from '../domain/balance.ts';
import { payableOf, toInvoice, toPayment } from '../invoices/convert.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { requirePayment } from '../invoices/require-payment.ts';
import { settledInvoice, whileContended } from '../invoices/settle-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { PaymentRow } from '../store/payment-row.ts';

/**
 * Reverses what was recorded by mistake: a payment, applied credit, a write-off or a discount. A discount that was granted is taken
 * back with whatever makes something due again.
 */
export const reversePayment: Rpc<Deps, typeof InvoiceService.method.reversePayment> = (deps, request, call) =>
  whileContended(async () => {
    const invoice = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, invoice.version);
    const row = requirePayment(await deps.store.getPayment(invoice.ownerId, invoice.id, request.paymentId));
    const payment = await reverse(deps, call, invoice, row, request.reason);
    return payment === undefined ? undefined : { payment };
  });

/** Gives undefined when the invoice was changed meanwhile. */
async function reverse(
  deps: Deps,
  call: Call,
  before: InvoiceRow,
  row: PaymentRow,
  reason: string,
): Promise<Payment | undefined> {
  const { kind, amountMinor, excessMinor, reverseTime } = row;
  const settlement = applyRules('', () =>
    decideReversal(payableOf(before), {
      kind,
      appliedMinor: amountMinor - excessMinor,
      isReversed: reverseTime !== null,
    }),
  );
  const discountBefore =
    settlement.earlyDiscountMinor < before.earlyDiscountMinor && kind !== 'EARLY_PAYMENT_DISCOUNT'
      ? await deps.store.getGrantedDiscount(before.ownerId, before.id)
      : undefined;
  const now = deps.clock.now();
  const today = todayOf(deps, call);
  const after = settledInvoice(before, settlement, call, now);
  const reversal = { reverseTime: now, reverseDate: today, reverseReason: reason };
  const reversed: PaymentRow = { ...row, ...reversal };
  const discount = discountBefore && { ...discountBefore, ...reversal };
  const payment = toPayment(reversed, before.currencyCode);
  const event = invoiceEvent(PaymentReversedSchema, call, {
    invoice: toInvoice(after, today),
    changes: changesBetween(before, after),
    version: after.version,
    time: now,
    payment,
    discount: discount && toPayment(discount, before.currencyCode),
  });
  const isReversed = await whileCreditLasts(
    deps.store.reversePayment(reversed, discount, after, {
      events: [event],
      idempotency: idempotencyValues(call, ReversePaymentResponseSchema, { payment }, now),
    }),
  );
  if (isReversed === undefined) throw creditUsed();
  return isReversed ? payment : undefined;
}

function creditUsed(): DomainError {
  return new DomainError(
    'state',
    'CREDIT_USED',
    'Credit from this payment has been used since; first reverse what it was applied to.',
  );
}
