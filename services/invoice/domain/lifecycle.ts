import { type RuleReason, RuleViolation } from './rule-violation.ts';
import { type Actions, sortActions } from './sort-actions.ts';

/** All states of an invoice. Overdue and partially paid are derived, never states. */
export const INVOICE_STATES = ['DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE'] as const;

/** One of {@link INVOICE_STATES}. */
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** All actions on an existing invoice, in the order in which they are offered. */
export const INVOICE_ACTIONS = [
  'UPDATE',
  'DELETE',
  'FINALIZE',
  'SEND',
  'RESEND',
  'RECORD_PAYMENT',
  'APPLY_CREDIT',
  'ISSUE_CREDIT_NOTE',
  'PLAN_INSTALMENTS',
  'REVISE',
  'WRITE_OFF',
  'MARK_UNCOLLECTIBLE',
  'VOID_INVOICE',
  'DUPLICATE',
] as const;

/** One of {@link INVOICE_ACTIONS}. `UPDATE` is an edit of anything that is frozen once the invoice is open. */
export type InvoiceAction = (typeof INVOICE_ACTIONS)[number];

/** Why an action is not available; the names are those of `numer.invoice.v1.UnavailableAction.Reason`. */
export type UnavailableReason =
  | 'NOT_OPENED'
  | 'OPENED'
  | 'NOT_SENT'
  | 'SENT'
  | 'PAID'
  | 'VOIDED'
  | 'UNCOLLECTIBLE'
  | 'EMPTY'
  | 'HAS_PAYMENTS'
  | 'HAS_WRITE_OFFS'
  | 'HAS_CREDIT_NOTES'
  | 'CREDITED';

/** What decides whether an action is possible. */
export type InvoiceSituation = {
  readonly state: InvoiceState;
  /** Whether it was mailed to the customer. */
  readonly sent: boolean;
  /** Number of lines. */
  readonly lineCount: number;
  /** The whole payable amount. */
  readonly payableMinor: bigint;
  /** What was paid so far. */
  readonly paidMinor: bigint;
  /** What was written off so far. */
  readonly writtenOffMinor: bigint;
  /** Number of its credit notes. */
  readonly creditNoteCount: number;
  /** What credit notes can still give the customer. */
  readonly creditableMinor: bigint;
};

/** Fields that may change in every state: they are neither amounts nor frozen parts of the document. */
const UNFROZEN_FIELDS: readonly string[] = ['memo', 'metadata', 'tags'];

type Refusal = { readonly refusal: string; readonly reason: UnavailableReason };
type Transition = { readonly next: InvoiceState | 'DELETED' } | Refusal;

const to = (next: InvoiceState | 'DELETED'): Transition => ({ next });
const refuse = (reason: UnavailableReason, refusal: string): Refusal => ({ refusal, reason });

const frozen = (remedy: string) =>
  refuse('OPENED', `the invoice was opened and can no longer be changed; ${remedy} it instead`);
const undeletable = (remedy: string) => refuse('OPENED', `the invoice was opened, so it cannot be deleted${remedy}`);
const OPENED = refuse('OPENED', 'the invoice was already opened');
const SENT = refuse('SENT', 'the invoice was already sent');
const UNSENT = refuse('NOT_SENT', 'the invoice has not been sent yet; send it first');
const UNOPENED = refuse('NOT_OPENED', 'the invoice is a draft; send or finalize it first');
const PAID = refuse('PAID', 'the invoice is paid');
const VOID = refuse('VOIDED', 'the invoice is void');
const UNCOLLECTIBLE = refuse('UNCOLLECTIBLE', 'the invoice is marked uncollectible');
const CREDITED = refuse('CREDITED', 'nothing of the invoice is left to credit');
const EMPTY = refuse('EMPTY', 'an invoice without lines cannot be opened');
const PAYMENTS_KEEP_IT = {
  REVISE: refuse('HAS_PAYMENTS', 'the invoice has payments, so it cannot be revised; credit it instead'),
  VOID_INVOICE: refuse('HAS_PAYMENTS', 'the invoice has payments, so it cannot be voided; credit it instead'),
};
const CREDIT_NOTES_KEEP_IT = {
  REVISE: refuse('HAS_CREDIT_NOTES', 'the invoice has credit notes, so it cannot be revised; credit the rest instead'),
  VOID_INVOICE: refuse(
    'HAS_CREDIT_NOTES',
    'the invoice has credit notes, so it cannot be voided; credit the rest instead',
  ),
};
const writtenOff = (what: string) =>
  refuse(
    'HAS_WRITE_OFFS',
    `part of the invoice was written off or granted as a discount, so it cannot be ${what}; reverse that first`,
  );
const WRITE_OFFS_KEEP_IT = {
  ISSUE_CREDIT_NOTE: writtenOff('credited'),
  REVISE: writtenOff('revised'),
  VOID_INVOICE: writtenOff('voided'),
};

type Transitions = Readonly<Record<InvoiceState, Transition>>;

/** For the actions that reduce the amount due. */
const PAYABLE: Transitions = { DRAFT: UNOPENED, OPEN: to('OPEN'), PAID, VOID, UNCOLLECTIBLE: to('UNCOLLECTIBLE') };

/**
 * Action x state -> next state, or why not. RECORD_PAYMENT, APPLY_CREDIT, WRITE_OFF and ISSUE_CREDIT_NOTE lead to PAID
 * once nothing is due, and a reversal leads back to OPEN; see balance.ts. REVISE and DUPLICATE make another invoice and
 * leave this one as it is. A paid invoice on which nothing was ever due is corrected like an open one.
 */
const TRANSITIONS: Readonly<Record<InvoiceAction, Transitions>> = {
  UPDATE: {
    DRAFT: to('DRAFT'),
    OPEN: frozen('revise or credit'),
    PAID: frozen('credit'),
    VOID: frozen('duplicate'),
    UNCOLLECTIBLE: frozen('revise or credit'),
  },
  DELETE: {
    DRAFT: to('DELETED'),
    OPEN: undeletable('; void it instead'),
    PAID: undeletable('; credit it instead'),
    VOID: undeletable(''),
    UNCOLLECTIBLE: undeletable('; void it instead'),
  },
  FINALIZE: { DRAFT: to('OPEN'), OPEN: OPENED, PAID: OPENED, VOID: OPENED, UNCOLLECTIBLE: OPENED },
  SEND: { DRAFT: to('OPEN'), OPEN: to('OPEN'), PAID: to('PAID'), VOID, UNCOLLECTIBLE },
  // Done by the notification service, which applies the same rule.
  RESEND: { DRAFT: UNSENT, OPEN: to('OPEN'), PAID: to('PAID'), VOID, UNCOLLECTIBLE: to('UNCOLLECTIBLE') },
  RECORD_PAYMENT: PAYABLE,
  APPLY_CREDIT: PAYABLE,
  WRITE_OFF: PAYABLE,
  ISSUE_CREDIT_NOTE: { ...PAYABLE, PAID: to('PAID') },
  PLAN_INSTALMENTS: { DRAFT: UNOPENED, OPEN: to('OPEN'), PAID, VOID, UNCOLLECTIBLE },
  REVISE: {
    DRAFT: refuse('NOT_OPENED', 'the invoice is a draft; change it instead'),
    OPEN: to('OPEN'),
    PAID: refuse('PAID', 'the invoice is paid, so it cannot be revised; credit it instead'),
    VOID: refuse('VOIDED', 'the invoice is void; duplicate it instead'),
    UNCOLLECTIBLE: to('UNCOLLECTIBLE'),
  },
  MARK_UNCOLLECTIBLE: {
    DRAFT: UNOPENED,
    OPEN: to('UNCOLLECTIBLE'),
    PAID,
    VOID,
    UNCOLLECTIBLE: refuse('UNCOLLECTIBLE', 'the invoice is already marked uncollectible'),
  },
  VOID_INVOICE: {
    DRAFT: refuse('NOT_OPENED', 'the invoice is a draft; delete it instead'),
    OPEN: to('VOID'),
    PAID: refuse('PAID', 'the invoice is paid, so it cannot be voided; credit it instead'),
    VOID: refuse('VOIDED', 'the invoice is already void'),
    UNCOLLECTIBLE: to('VOID'),
  },
  DUPLICATE: {
    DRAFT: to('DRAFT'),
    OPEN: to('OPEN'),
    PAID: to('PAID'),
    VOID: to('VOID'),
    UNCOLLECTIBLE: to('UNCOLLECTIBLE'),
  },
};

/** Error reasons that say more than that the state forbids the action. */
const ERROR_REASONS: Partial<Record<UnavailableReason, RuleReason>> = {
  EMPTY: 'INVOICE_EMPTY',
  HAS_PAYMENTS: 'INVOICE_HAS_PAYMENTS',
  HAS_WRITE_OFFS: 'INVOICE_HAS_WRITE_OFFS',
  HAS_CREDIT_NOTES: 'INVOICE_HAS_CREDIT_NOTES',
  CREDITED: 'CREDIT_EXCEEDS_REMAINING',
};

/** What an action leads to: a state, or `DELETED` when the invoice is gone. */
export type NextState<Action extends InvoiceAction> = Action extends 'DELETE' ? 'DELETED' : InvoiceState;

/**
 * The state an action leads to, `DELETED` when the invoice is gone after it. A payment is taken to be a partial one.
 * Throws INVOICE_STATE (metadata `state`, `action` and `cause`, an {@link UnavailableReason}) when the state does not allow
 * the action, INVOICE_EMPTY when an invoice without lines would be opened, INVOICE_HAS_PAYMENTS, INVOICE_HAS_WRITE_OFFS or
 * INVOICE_HAS_CREDIT_NOTES when one with those would be voided or revised (or, with write-offs, credited), and
 * CREDIT_EXCEEDS_REMAINING when one would be credited that has nothing left to credit.
 */
export function transition<Action extends InvoiceAction>(action: Action, invoice: InvoiceSituation): NextState<Action> {
  const outcome = decide(action, invoice);
  if ('next' in outcome) return outcome.next as NextState<Action>; // the table leads to DELETED only from DELETE
  throw violation(action, invoice.state, outcome);
}

/**
 * The state that an invoice gets when its revision is opened. Throws like {@link transition} for VOID_INVOICE; the
 * message names this invoice by its `number`, since the caller opens another one, the revision.
 */
export function voidReplaced(invoice: InvoiceSituation, number: string): InvoiceState {
  const outcome = decide('VOID_INVOICE', invoice);
  if ('next' in outcome) return transition('VOID_INVOICE', invoice);
  const refusal = `this invoice replaces ${number}, which cannot be voided: ${outcome.refusal}`;
  throw violation('VOID_INVOICE', invoice.state, { ...outcome, refusal });
}

function violation(action: InvoiceAction, state: InvoiceState, { reason, refusal }: Refusal, field?: string) {
  const metadata = { state, action, cause: reason };
  return new RuleViolation(ERROR_REASONS[reason] ?? 'INVOICE_STATE', refusal, { field, metadata });
}

/** What may be done with an invoice now, and what {@link transition} would refuse. */
export type InvoiceActions = Actions<InvoiceAction, UnavailableReason>;

/** Keyed by the reasons against each action; there are some dozens of combinations. */
const knownActions = new Map<string, InvoiceActions>();

/** What may be done with the invoice now. Invoices with the same actions share one object. */
export function actionsOf(invoice: InvoiceSituation): InvoiceActions {
  let reasons = '';
  for (const action of INVOICE_ACTIONS) {
    const outcome = decide(action, invoice);
    reasons += 'reason' in outcome ? `${outcome.reason},` : ',';
  }
  let actions = knownActions.get(reasons);
  if (actions === undefined) {
    actions = sortActions(INVOICE_ACTIONS, (action) => decide(action, invoice));
    knownActions.set(reasons, actions);
  }
  return actions;
}

/**
 * Checks that these fields (names as in JSON: `memo`, `dueDate`, `lines`) may be changed in this state: all of a draft,
 * afterwards {@link UNFROZEN_FIELDS} only. Throws INVOICE_STATE naming the first field that is frozen.
 */
export function checkUpdate(invoice: InvoiceSituation, fields: readonly string[]): void {
  const outcome = decide('UPDATE', invoice);
  if (!('refusal' in outcome)) return;
  const field = fields.find((name) => !UNFROZEN_FIELDS.includes(name));
  if (field !== undefined) throw violation('UPDATE', invoice.state, outcome, field);
}

/** What the table says about the state, then whatever else about the invoice forbids the action. */
function decide(action: InvoiceAction, invoice: InvoiceSituation): Transition {
  const isCorrectedAsOpen = CORRECTIONS.includes(action) && wasNeverDue(invoice);
  const outcome = TRANSITIONS[action][isCorrectedAsOpen ? 'OPEN' : invoice.state];
  if ('refusal' in outcome) return outcome;
  switch (action) {
    case 'SEND':
      if (invoice.sent) return SENT;
      return invoice.state === 'DRAFT' ? decideOpening(invoice) : outcome;
    case 'RESEND':
      return invoice.sent ? outcome : UNSENT;
    case 'FINALIZE':
      return decideOpening(invoice);
    case 'REVISE':
    case 'VOID_INVOICE':
      if (invoice.paidMinor !== 0n) return PAYMENTS_KEEP_IT[action];
      if (invoice.writtenOffMinor !== 0n) return WRITE_OFFS_KEEP_IT[action];
      return invoice.creditNoteCount === 0 ? outcome : CREDIT_NOTES_KEEP_IT[action];
    case 'ISSUE_CREDIT_NOTE':
      if (invoice.writtenOffMinor !== 0n) return WRITE_OFFS_KEEP_IT[action];
      return invoice.creditableMinor > 0n ? outcome : CREDITED;
    default:
      return outcome;
  }
}

/** What corrects an opened invoice, and what is refused with the advice to correct it. */
const CORRECTIONS: readonly InvoiceAction[] = ['UPDATE', 'DELETE', 'REVISE', 'VOID_INVOICE'];

/**
 * Whether the invoice is paid only because nothing was ever due on it. No credit note could correct it, as nothing of it
 * can be credited. One that was prepaid in full can be.
 */
function wasNeverDue({ state, creditNoteCount, creditableMinor }: InvoiceSituation): boolean {
  return state === 'PAID' && creditNoteCount === 0 && creditableMinor === 0n;
}

/**
 * An invoice with nothing to pay is paid at once: it would stay open for ever, as no payment of zero can be recorded.
 */
function decideOpening({ lineCount, payableMinor }: InvoiceSituation): Transition {
  if (lineCount === 0) return EMPTY;
  return to(payableMinor === 0n ? 'PAID' : 'OPEN');
}
