import { bounded } from './amount.ts';
import { formatMinor, getCurrency } from './currency.ts';
import { type InvoiceSituation, type InvoiceState, transition } from './lifecycle.ts';
import { RuleViolation } from './rule-violation.ts';

/** What an invoice is paid with: money that was received, or credit that its customer had. */
export const PAYMENT_KINDS = ['MONEY', 'CREDIT'] as const;

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

/** What becomes of the part of a payment that is more than what is due: the payment is refused, or it becomes credit. */
export type Overpayment = 'REFUSE' | 'CREDIT';

/** An invoice after something was paid of it. */
export type Settlement = {
  /** `PAID` once nothing is due, the state before otherwise. */
  readonly state: InvoiceState;
  readonly paidMinor: bigint;
  readonly dueMinor: bigint;
};

/** An invoice after a payment, and what became of the payment: `appliedMinor + excessMinor` is all of it. */
export type PaymentOutcome = Settlement & { readonly appliedMinor: bigint; readonly excessMinor: bigint };

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
 * AMOUNT_TOO_LARGE, INVOICE_STATE unless the invoice is open or uncollectible, and OVERPAYMENT (metadata `dueMinor`) when the
 * amount is more than what is due. Where that becomes credit, it never is too much, and the invoice may be paid already.
 */
export function applyPayment(
  invoice: PayableInvoice,
  amountMinor: bigint,
  overpayment: Overpayment = 'REFUSE',
): PaymentOutcome {
  checkPositive(bounded(amountMinor, 'payment', 'amountMinor'));
  const isCreditOnly = overpayment === 'CREDIT' && invoice.state === 'PAID';
  if (!isCreditOnly) transition('RECORD_PAYMENT', invoice);
  const dueMinor = calculateDue(invoice);
  const excessMinor = overpayment === 'CREDIT' && amountMinor > dueMinor ? amountMinor - dueMinor : 0n;
  const appliedMinor = amountMinor - excessMinor;
  return { ...settle(invoice, appliedMinor, 'payment'), appliedMinor, excessMinor };
}

/**
 * Pays an invoice out of its customer's credit of `creditMinor`; as much as possible when `amountMinor` is 0. Throws
 * INVALID_ARGUMENT (field `amountMinor`) for a negative amount, INVOICE_STATE unless the invoice is open or uncollectible, OVERPAYMENT as a payment does, and INSUFFICIENT_CREDIT (metadata
 * `creditMinor`) when there is less credit than that, or none.
 */
export function applyCredit(invoice: PayableInvoice, amountMinor: bigint, creditMinor: bigint): PaymentOutcome {
  if (amountMinor !== 0n) checkPositive(amountMinor);
  transition('APPLY_CREDIT', invoice);
  const dueMinor = calculateDue(invoice);
  const mostMinor = creditMinor < dueMinor ? creditMinor : dueMinor;
  const appliedMinor = amountMinor === 0n && creditMinor > 0n ? mostMinor : amountMinor;
  const settlement = settle(invoice, appliedMinor, 'credit to apply');
  if (appliedMinor > creditMinor || appliedMinor === 0n) throw insufficientCredit(creditMinor, invoice.currencyCode);
  return { ...settlement, appliedMinor, excessMinor: 0n };
}

/**
 * Throws INVALID_ARGUMENT (field `amountMinor`) unless the amount to be paid out is positive, and INSUFFICIENT_CREDIT (metadata
 * `creditMinor`) when the customer has less credit than that.
 */
export function checkRefund(amountMinor: bigint, creditMinor: bigint, currencyCode: string): void {
  checkPositive(amountMinor);
  if (amountMinor > creditMinor) throw insufficientCredit(creditMinor, currencyCode);
}

function insufficientCredit(creditMinor: bigint, currencyCode: string): RuleViolation {
  const creditText = formatMinor(creditMinor, getCurrency(currencyCode));
  return new RuleViolation('INSUFFICIENT_CREDIT', `the customer has less credit than that: ${creditText}`, {
    field: 'amountMinor',
    metadata: { creditMinor: creditMinor.toString() },
  });
}

/** The invoice once `amountMinor` more is paid; `what` names it. Throws OVERPAYMENT when less is due. */
function settle(invoice: PayableInvoice, amountMinor: bigint, what: string): Settlement {
  const due = calculateDue(invoice);
  if (amountMinor > due) {
    const dueText = formatMinor(due, getCurrency(invoice.currencyCode));
    throw new RuleViolation('OVERPAYMENT', `the ${what} is more than what is due: ${dueText}`, {
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

function checkPositive(amountMinor: bigint): void {
  if (amountMinor > 0n) return;
  throw new RuleViolation('INVALID_ARGUMENT', 'amountMinor must be more than zero', { field: 'amountMinor' });
}
