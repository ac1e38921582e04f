import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import type { PaymentOutcome, Settlement } from '../domain/balance.ts';
import { grantDiscount, lastDiscountDate } from '../domain/early-payment-discount.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { PaymentRow } from '../store/payment-row.ts';
import { payableOf } from './convert.ts';

/**
 * The invoice once its early-payment discount has settled what a payment leaves due; undefined when the payment does
 * not reach the discount in time. `outcome` is what the payment itself does.
 */
export async function grantFor(
  deps: Deps,
  invoice: InvoiceRow,
  { kind, paymentDate }: Pick<PaymentRow, 'kind' | 'paymentDate'>,
  outcome: PaymentOutcome,
): Promise<Settlement | undefined> {
  const { earlyDiscountPercent: percent, earlyDiscountDays: days, issueDate, instalments } = invoice;
  if (percent === null || days === null || issueDate === null) return undefined;
  const lastDate = lastDiscountDate(issueDate, days) ?? '';
  if (kind === 'WRITE_OFF' || outcome.dueMinor === 0n || paymentDate > lastDate) return undefined;
  // Payments that were made later do not count, even if they were recorded before this one.
  const isFirst = invoice.paidMinor === 0n;
  const paidMinor = isFirst ? 0n : await deps.store.sumPaymentsUntil(invoice.ownerId, invoice.id, lastDate);
  const earlyPaidMinor = paidMinor + outcome.appliedMinor;
  return grantDiscount({ ...payableOf(invoice), instalments }, { percent, lastDate }, outcome, earlyPaidMinor);
}

/** The discount as it is recorded together with the payment that reaches it. */
export function discountWith(payment: PaymentRow, amountMinor: bigint): PaymentRow {
  const texts = { method: '', reference: '', reason: '' };
  return { ...payment, ...texts, id: increasingUuid(), kind: 'EARLY_PAYMENT_DISCOUNT', amountMinor, excessMinor: 0n };
}
