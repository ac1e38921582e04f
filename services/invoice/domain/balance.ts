import { formatMinor, getCurrency } from './currency.ts';
import { type InvoiceSituation, type InvoiceState, transition } from './lifecycle.ts';
import { RuleViolation } from './rule-violation.ts';

/** What makes up the amount due, in minor units; none is negative. */
export type Balance = {
  readonly state: InvoiceState;
  /** What is to be paid in all: the total less what is retained and prepaid, rounded. */
  readonly payableMinor: bigint;
  readonly paidMinor: bigint;
  /** What credit notes took off; zero while there are none. */
  readonly creditedMinor: bigint;
};

/** An invoice as far as a payment is concerned. */
export type PayableInvoice = InvoiceSituation & Balance & { readonly currencyCode: string };

/** An invoice after a payment. */
export type PaymentOutcome = {
  /** `PAID` once nothing is due, the state before otherwise. */
  readonly state: InvoiceState;
  readonly paidMinor: bigint;
  readonly dueMinor: bigint;
};

/**
 * The amount due: payable - paid - credited, in every state (EN 16931 BR-CO-16). Whether it is to be paid is for the state
 * to say: on a draft not yet, on a voided invoice not any more.
 */
export function calculateDue(balance: Balance): bigint {
  return balance.payableMinor - balance.paidMinor - balance.creditedMinor;
}

/** Whether something was paid and something is still due. */
export function isPartiallyPaid(balance: Balance): boolean {
  return balance.paidMinor > 0n && calculateDue(balance) > 0n;
}

/**
 * Applies a payment in part or in full. Throws INVALID_ARGUMENT (field `amountMinor`) unless the amount is positive,
 * INVOICE_STATE unless the invoice is open or uncollectible, and OVERPAYMENT (metadata `dueMinor`) when the amount is
 * more than what is due.
 */
export function applyPayment(invoice: PayableInvoice, amountMinor: bigint): PaymentOutcome {
  if (amountMinor <= 0n) {
    throw new RuleViolation('INVALID_ARGUMENT', 'amountMinor must be more than zero', { field: 'amountMinor' });
  }
  transition('RECORD_PAYMENT', invoice);
  const due = calculateDue(invoice);
  if (amountMinor > due) {
    const dueText = formatMinor(due, getCurrency(invoice.currencyCode));
    throw new RuleViolation('OVERPAYMENT', `the payment is more than what is due: ${dueText}`, {
      field: 'amountMinor',
      metadata: { dueMinor: due.toString() },
    });
  }
  return {
    state: amountMinor === due ? 'PAID' : invoice.state,
    paidMinor: invoice.paidMinor + amountMinor,
    dueMinor: due - amountMinor,
  };
}
