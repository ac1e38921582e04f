import { bounded } from './amount.ts';
import { formatMinor, getCurrency } from './currency.ts';
import { type InvoiceSituation, type InvoiceState, transition } from './lifecycle.ts';
import { invalid, RuleViolation } from './rule-violation.ts';

/** What an invoice is paid with: money that was received, credit that its customer had, or nothing. */
export const PAYMENT_KINDS = ['MONEY', 'CREDIT', 'WRITE_OFF', 'EARLY_PAYMENT_DISCOUNT'] as const;

/** What makes up the amount due, in minor units; none is negative. */
export type Balance = {
  readonly state: InvoiceState;
  /** The whole payable amount: the total less retained taxes and the prepaid amount, rounded. */
  readonly payableMinor: bigint;
  readonly paidMinor: bigint;
  /** What was taken off without being paid: by credit notes and write-offs. */
  readonly creditedMinor: bigint;
  /** The part of it that was written off. */
  readonly writtenOffMinor: bigint;
};

/** The facts of an invoice that a payment depends on. */
export type PayableInvoice = InvoiceSituation &
  Balance & {
    readonly currencyCode: string;
    /** The part of what was written off that is the early-payment discount. It is only granted when that settles the rest. */
    readonly earlyDiscountMinor: bigint;
  };

/** What becomes of the part of a payment above the amount due: the payment is refused, or the part becomes credit. */
export type Overpayment = 'REFUSE' | 'CREDIT';

/** An invoice after a change of its amount due. */
export type Settlement = Pick<
  PayableInvoice,
  'paidMinor' | 'creditedMinor' | 'writtenOffMinor' | 'earlyDiscountMinor'
> & {
  /** `PAID` once nothing is due, the state before otherwise. */
  readonly state: InvoiceState;
  readonly dueMinor: bigint;
};

/** An invoice after a payment, and what became of the payment: `appliedMinor + excessMinor` is all of it. */
export type PaymentOutcome = Settlement & { readonly appliedMinor: bigint; readonly excessMinor: bigint };

/** The facts of a payment that its reversal depends on. */
export type ReversiblePayment = {
  readonly kind: (typeof PAYMENT_KINDS)[number];
  /** The part of it that was taken off the amount due. */
  readonly appliedMinor: bigint;
  readonly isReversed: boolean;
};

/**
 * The amount due: payable - paid - credited, in every state (EN 16931 BR-CO-16). The state says whether it is to be
 * paid: not yet on a draft, no longer on a void invoice.
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
 * AMOUNT_TOO_LARGE, INVOICE_STATE unless the invoice is open or uncollectible, and OVERPAYMENT (metadata `dueMinor`)
 * when it is more than the amount due. When the excess becomes credit, no amount is too much, and the invoice may be
 * paid already.
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
  return { ...settle(invoice, 'MONEY', appliedMinor), appliedMinor, excessMinor };
}

/**
 * Pays an invoice out of its customer's credit of `creditMinor`; as much as possible when `amountMinor` is 0. Throws
 * INVALID_ARGUMENT (field `amountMinor`) for a negative amount, INVOICE_STATE unless the invoice is open or uncollectible,
 * OVERPAYMENT as a payment does, and INSUFFICIENT_CREDIT (metadata `creditMinor`) when the customer has less credit
 * than that, or none.
 */
export function applyCredit(invoice: PayableInvoice, amountMinor: bigint, creditMinor: bigint): PaymentOutcome {
  if (amountMinor !== 0n) checkPositive(amountMinor);
  transition('APPLY_CREDIT', invoice);
  const dueMinor = calculateDue(invoice);
  const mostMinor = creditMinor < dueMinor ? creditMinor : dueMinor;
  const appliedMinor = amountMinor === 0n && creditMinor > 0n ? mostMinor : amountMinor;
  const settlement = settle(invoice, 'CREDIT', appliedMinor);
  if (appliedMinor > creditMinor || appliedMinor === 0n) throw insufficientCredit(creditMinor, invoice.currencyCode);
  return { ...settlement, appliedMinor, excessMinor: 0n };
}

/**
 * Writes off the amount due, all of it when `amountMinor` is 0. Throws INVALID_ARGUMENT (field `amountMinor`) for a
 * negative amount, INVOICE_STATE unless the invoice is open or uncollectible, and OVERPAYMENT as a payment does.
 */
export function writeOff(invoice: PayableInvoice, amountMinor: bigint): PaymentOutcome {
  if (amountMinor !== 0n) checkPositive(amountMinor);
  transition('WRITE_OFF', invoice);
  const appliedMinor = amountMinor === 0n ? calculateDue(invoice) : amountMinor;
  return { ...settle(invoice, 'WRITE_OFF', appliedMinor), appliedMinor, excessMinor: 0n };
}

/**
 * An invoice after a credit note, and what became of the credited amount: `appliedMinor + creditMinor` is all of it.
 */
export type CreditNoteOutcome = Settlement & { readonly appliedMinor: bigint; readonly creditMinor: bigint };

/**
 * Applies a credit note that gives the customer `payableMinor`: it first reduces the amount due, and the rest becomes
 * credit of the customer.
 */
export function applyCreditNote(invoice: PayableInvoice, payableMinor: bigint): CreditNoteOutcome {
  const dueMinor = calculateDue(invoice);
  const appliedMinor = payableMinor < dueMinor ? payableMinor : dueMinor;
  return { ...take(invoice, 'CREDIT_NOTE', appliedMinor), appliedMinor, creditMinor: payableMinor - appliedMinor };
}

/**
 * Undoes a payment of the invoice, applied credit, a write-off or the early-payment discount: what it settled is due
 * again, and a paid invoice is open again. The discount is taken back with whatever else makes something due. Throws
 * PAYMENT_REVERSED when it was reversed before.
 */
export function reversePayment(invoice: PayableInvoice, payment: ReversiblePayment): Settlement {
  if (payment.isReversed) throw new RuleViolation('PAYMENT_REVERSED', 'the payment was already reversed');
  const after = take(invoice, payment.kind, -payment.appliedMinor);
  if (after.dueMinor === 0n) return after;
  return take({ ...invoice, ...after }, 'EARLY_PAYMENT_DISCOUNT', -after.earlyDiscountMinor);
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
  return new RuleViolation('INSUFFICIENT_CREDIT', `the amount is more than the credit of the customer: ${creditText}`, {
    field: 'amountMinor',
    metadata: { creditMinor: creditMinor.toString() },
  });
}

const WHAT_IS_TAKEN = { MONEY: 'payment', CREDIT: 'credit to apply', WRITE_OFF: 'write-off' } as const;

/** The invoice once `amountMinor` is taken off the amount due. Throws OVERPAYMENT when less is due. */
function settle(invoice: PayableInvoice, kind: keyof typeof WHAT_IS_TAKEN, amountMinor: bigint): Settlement {
  const dueMinor = calculateDue(invoice);
  if (amountMinor <= dueMinor) return take(invoice, kind, amountMinor);
  const dueText = formatMinor(dueMinor, getCurrency(invoice.currencyCode));
  throw new RuleViolation('OVERPAYMENT', `the ${WHAT_IS_TAKEN[kind]} is more than the amount due: ${dueText}`, {
    field: 'amountMinor',
    metadata: { dueMinor: dueMinor.toString() },
  });
}

/** The invoice once `amountMinor`, at most the amount due, is taken off it; added to it again when negative. */
export function take(
  invoice: PayableInvoice,
  kind: ReversiblePayment['kind'] | 'CREDIT_NOTE',
  amountMinor: bigint,
): Settlement {
  const isPaid = kind === 'MONEY' || kind === 'CREDIT';
  const isDiscount = kind === 'EARLY_PAYMENT_DISCOUNT';
  const after = {
    paidMinor: invoice.paidMinor + (isPaid ? amountMinor : 0n),
    creditedMinor: invoice.creditedMinor + (isPaid ? 0n : amountMinor),
    writtenOffMinor: invoice.writtenOffMinor + (kind === 'WRITE_OFF' || isDiscount ? amountMinor : 0n),
    earlyDiscountMinor: invoice.earlyDiscountMinor + (isDiscount ? amountMinor : 0n),
  };
  const dueMinor = calculateDue({ ...invoice, ...after });
  return { ...after, state: stateOf(invoice.state, dueMinor), dueMinor };
}

/**
 * PAID when nothing is due, unless the invoice is void. A paid invoice with something due again is open, whatever had
 * settled it.
 */
function stateOf(before: InvoiceState, dueMinor: bigint): InvoiceState {
  if (before === 'VOID') return before;
  if (dueMinor === 0n) return 'PAID';
  return before === 'PAID' ? 'OPEN' : before;
}

function checkPositive(amountMinor: bigint): void {
  if (amountMinor > 0n) return;
  throw invalid('amountMinor', 'must be more than zero');
}
