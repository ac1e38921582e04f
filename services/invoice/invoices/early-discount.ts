import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import type { PaymentOutcome, Settlement } from '../domain/balance.ts';
import { type EarlyDiscount, grantDiscount, lastDiscountDate } from '../domain/early-payment-discount.ts';
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
  const terms = termsOf(invoice);
  if (terms === undefined || kind === 'WRITE_OFF' || paymentDate > terms.lastDate) return undefined;
  return grant(deps, invoice, terms, outcome, outcome.appliedMinor);
}

/**
 * The same for a credit note after which what was paid in time is enough. Its own day does not matter. When nothing was
 * paid, there is nothing to reward, however little it leaves.
 */
export async function grantForCreditNote(
  deps: Deps,
  invoice: InvoiceRow,
  outcome: Settlement,
): Promise<Settlement | undefined> {
  const terms = termsOf(invoice);
  if (terms === undefined || invoice.paidMinor === 0n) return undefined;
  return grant(deps, invoice, terms, outcome, 0n);
}

/** The discount that an opened invoice offers, if any. */
function termsOf({ earlyDiscountPercent: percent, earlyDiscountDays: days, issueDate }: InvoiceRow) {
  if (percent === null || days === null || issueDate === null) return undefined;
  return { percent, lastDate: lastDiscountDate(issueDate, days) ?? '' };
}

/** `addedMinor` is what is paid in time with the outcome itself. */
async function grant(
  deps: Deps,
  invoice: InvoiceRow,
  terms: EarlyDiscount,
  outcome: Settlement,
  addedMinor: bigint,
): Promise<Settlement | undefined> {
  if (outcome.dueMinor === 0n) return undefined;
  const { id, ownerId, paidMinor, instalments } = invoice;
  // Payments that were made later do not count, even if they were recorded before this one.
  const earlierMinor = paidMinor === 0n ? 0n : await deps.store.sumPaymentsUntil(ownerId, id, terms.lastDate);
  return grantDiscount({ ...payableOf(invoice), instalments }, terms, outcome, earlierMinor + addedMinor);
}

/** The discount as it is recorded together with the payment or credit note that it is granted with. */
export function discountWith(
  cause: Pick<PaymentRow, 'invoiceId' | 'ownerId' | 'paymentDate' | 'createTime'>,
  amountMinor: bigint,
): PaymentRow {
  return {
    id: increasingUuid(),
    invoiceId: cause.invoiceId,
    ownerId: cause.ownerId,
    kind: 'EARLY_PAYMENT_DISCOUNT',
    amountMinor,
    excessMinor: 0n,
    paymentDate: cause.paymentDate,
    createTime: cause.createTime,
    // It always settles the invoice.
    invoiceState: 'PAID',
    invoiceDueMinor: 0n,
    ...{ method: '', reference: '', reason: '' },
    ...{ reverseTime: null, reverseDate: null, reverseReason: '' },
  };
}
