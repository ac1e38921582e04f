import { type RuleReason, RuleViolation } from './rule-violation.ts';

/** All states of an invoice. Overdue and partially paid are derived, never states. */
export const INVOICE_STATES = ['DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE'] as const;

/** One of {@link INVOICE_STATES}. `PAID` and `VOID` are final. */
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** All that can be done to an existing invoice, in the order in which people are offered it. */
export const INVOICE_ACTIONS = [
  'UPDATE',
  'DELETE',
  'SEND',
  'RECORD_PAYMENT',
  'MARK_UNCOLLECTIBLE',
  'VOID_INVOICE',
] as const;

/** One of {@link INVOICE_ACTIONS}. `UPDATE` is an edit of anything that is frozen once the invoice is open. */
export type InvoiceAction = (typeof INVOICE_ACTIONS)[number];

/** What decides whether an action is possible. */
export type InvoiceSituation = {
  readonly state: InvoiceState;
  /** Number of lines. */
  readonly lineCount: number;
  /** What is to be paid in all. */
  readonly payableMinor: bigint;
  /** What was paid so far. */
  readonly paidMinor: bigint;
};

/** Fields that may change in every state: they are neither amounts nor frozen parts of the document. */
const UNFROZEN_FIELDS: readonly string[] = ['memo'];

type Transition =
  | { readonly next: InvoiceState | 'DELETED' }
  /** The reason is INVOICE_STATE when none is given. */
  | { readonly refusal: string; readonly reason?: RuleReason };

const to = (next: InvoiceState | 'DELETED'): Transition => ({ next });
const refuse = (refusal: string): Transition => ({ refusal });

const FROZEN = refuse('the invoice was sent, so it cannot be changed any more');
const UNDELETABLE = refuse('the invoice was sent, so it cannot be deleted; void it instead');
const SENT = refuse('the invoice was sent already');
const UNSENT = refuse('the invoice is a draft; send it first');
const PAID = refuse('the invoice is paid');
const VOID = refuse('the invoice is void');

/** Action x state -> next state, or why not. RECORD_PAYMENT leads to PAID once nothing is due; see balance.ts. */
const TRANSITIONS: Readonly<Record<InvoiceAction, Readonly<Record<InvoiceState, Transition>>>> = {
  UPDATE: { DRAFT: to('DRAFT'), OPEN: FROZEN, PAID: FROZEN, VOID: FROZEN, UNCOLLECTIBLE: FROZEN },
  DELETE: { DRAFT: to('DELETED'), OPEN: UNDELETABLE, PAID: UNDELETABLE, VOID: UNDELETABLE, UNCOLLECTIBLE: UNDELETABLE },
  SEND: { DRAFT: to('OPEN'), OPEN: SENT, PAID: SENT, VOID: SENT, UNCOLLECTIBLE: SENT },
  RECORD_PAYMENT: { DRAFT: UNSENT, OPEN: to('OPEN'), PAID, VOID, UNCOLLECTIBLE: to('UNCOLLECTIBLE') },
  MARK_UNCOLLECTIBLE: {
    DRAFT: UNSENT,
    OPEN: to('UNCOLLECTIBLE'),
    PAID,
    VOID,
    UNCOLLECTIBLE: refuse('the invoice is marked uncollectible already'),
  },
  VOID_INVOICE: {
    DRAFT: refuse('the invoice is a draft; delete it instead'),
    OPEN: to('VOID'),
    PAID: refuse('the invoice is paid, so it cannot be voided'),
    VOID: refuse('the invoice is void already'),
    UNCOLLECTIBLE: to('VOID'),
  },
};

/** What an action leads to: a state, or `DELETED` when the invoice is gone. */
export type NextState<Action extends InvoiceAction> = Action extends 'DELETE' ? 'DELETED' : InvoiceState;

/**
 * The state an action leads to, `DELETED` when the invoice is gone after it. A payment is taken to be a partial one.
 * Throws INVOICE_STATE (metadata `state` and `action`) when the state does not allow the action, INVOICE_EMPTY when an
 * invoice without lines would be sent, and INVOICE_HAS_PAYMENTS when one with payments would be voided.
 */
export function transition<Action extends InvoiceAction>(action: Action, invoice: InvoiceSituation): NextState<Action> {
  const outcome = decide(action, invoice);
  if ('next' in outcome) return outcome.next as NextState<Action>; // the table leads to DELETED only from DELETE
  const metadata = { state: invoice.state, action };
  throw new RuleViolation(outcome.reason ?? 'INVOICE_STATE', outcome.refusal, { metadata });
}

/** The actions that {@link transition} would not refuse now. */
export function availableActions(invoice: InvoiceSituation): InvoiceAction[] {
  return INVOICE_ACTIONS.filter((action) => 'next' in decide(action, invoice));
}

/**
 * Checks that these fields (names as in JSON: `memo`, `dueDate`, `lines`) may be changed in this state: all of a draft,
 * afterwards {@link UNFROZEN_FIELDS} only. Throws INVOICE_STATE naming the first field that is frozen.
 */
export function checkUpdate(state: InvoiceState, fields: readonly string[]): void {
  const outcome = TRANSITIONS.UPDATE[state];
  if (!('refusal' in outcome)) return;
  const field = fields.find((name) => !UNFROZEN_FIELDS.includes(name));
  if (field === undefined) return;
  throw new RuleViolation('INVOICE_STATE', outcome.refusal, { field, metadata: { state, action: 'UPDATE' } });
}

/** What the table says of the state, and then what else of the invoice stands in the way. */
function decide(action: InvoiceAction, invoice: InvoiceSituation): Transition {
  const outcome = TRANSITIONS[action][invoice.state];
  if ('refusal' in outcome) return outcome;
  if (action === 'SEND') {
    if (invoice.lineCount === 0) return { refusal: 'an invoice without lines cannot be sent', reason: 'INVOICE_EMPTY' };
    // Nothing to pay is paid: such an invoice would stay open for ever, as no payment of zero can be recorded.
    if (invoice.payableMinor === 0n) return to('PAID');
  }
  if (action === 'VOID_INVOICE' && invoice.paidMinor !== 0n) {
    return { refusal: 'the invoice has payments, so it cannot be voided', reason: 'INVOICE_HAS_PAYMENTS' };
  }
  return outcome;
}
