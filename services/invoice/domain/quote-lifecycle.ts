import { RuleViolation } from './rule-violation.ts';
import { type Actions, sortActions } from './sort-actions.ts';

/** All states of a quote that are stored. */
export const QUOTE_STATES = ['DRAFT', 'SENT', 'ACCEPTED', 'DECLINED', 'INVOICED'] as const;

/** One of {@link QUOTE_STATES}. */
export type QuoteState = (typeof QUOTE_STATES)[number];

/** The states that are shown: a sent quote is EXPIRED once its expiry date has passed. That state is never stored. */
export type ShownQuoteState = QuoteState | 'EXPIRED';

/** All actions on an existing quote, in the order in which they are offered. */
export const QUOTE_ACTIONS = ['UPDATE', 'DELETE', 'SEND', 'RESEND', 'EXTEND', 'ACCEPT', 'DECLINE', 'CONVERT'] as const;

/** One of {@link QUOTE_ACTIONS}. `UPDATE` is an edit of anything that is frozen once the quote is sent. */
export type QuoteAction = (typeof QUOTE_ACTIONS)[number];

/** Why an action is not available; the names are those of `numer.invoice.v1.UnavailableQuoteAction.Reason`. */
export type UnavailableQuoteReason =
  | 'NOT_SENT'
  | 'SENT'
  | 'NOT_ACCEPTED'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'EXPIRED'
  | 'INVOICED'
  | 'EMPTY';

/** What decides whether an action is possible. Days are `YYYY-MM-DD`. */
export type QuoteSituation = {
  readonly state: QuoteState;
  /** Last day on which it can be accepted; null when it does not expire. */
  readonly expireDate: string | null;
  /** Number of lines. */
  readonly lineCount: number;
  /** The owner's present day. */
  readonly today: string;
};

type Refusal = { readonly refusal: string; readonly reason: UnavailableQuoteReason };
type Transition = { readonly next: QuoteState | 'DELETED' } | Refusal;

const to = (next: QuoteState | 'DELETED'): Transition => ({ next });
const refuse = (reason: UnavailableQuoteReason, refusal: string): Refusal => ({ refusal, reason });

const NOT_SENT = refuse('NOT_SENT', 'the quote is a draft; send it first');
const FROZEN = refuse('SENT', 'the quote was sent, so only its expiry date can be changed');
const UNDELETABLE = refuse('SENT', 'the quote was sent, so it cannot be deleted');
const SENT = refuse('SENT', 'the quote was already sent');
const NOT_ACCEPTED = refuse('NOT_ACCEPTED', 'the quote is not accepted');
const ACCEPTED = refuse('ACCEPTED', 'the quote is already accepted');
const DECLINED = refuse('DECLINED', 'the quote is already declined');
const EXPIRED = refuse('EXPIRED', 'the quote has expired; set a later expiry date first');
const INVOICED = refuse('INVOICED', 'the quote was converted into an invoice');
const EMPTY = refuse('EMPTY', 'a quote without lines cannot be sent');

/** Action x state -> next state, or why not. EXTEND, RESEND and UPDATE leave the state as it is. */
const TRANSITIONS: Readonly<Record<QuoteAction, Readonly<Record<ShownQuoteState, Transition>>>> = {
  UPDATE: {
    DRAFT: to('DRAFT'),
    SENT: FROZEN,
    EXPIRED: FROZEN,
    ACCEPTED: FROZEN,
    DECLINED: FROZEN,
    INVOICED: FROZEN,
  },
  DELETE: {
    DRAFT: to('DELETED'),
    SENT: UNDELETABLE,
    EXPIRED: UNDELETABLE,
    ACCEPTED: UNDELETABLE,
    DECLINED: UNDELETABLE,
    INVOICED: UNDELETABLE,
  },
  SEND: { DRAFT: to('SENT'), SENT, EXPIRED: SENT, ACCEPTED: SENT, DECLINED: SENT, INVOICED: SENT },
  // Done by the notification service, which applies the same rule.
  RESEND: { DRAFT: NOT_SENT, SENT: to('SENT'), EXPIRED, ACCEPTED, DECLINED, INVOICED },
  EXTEND: {
    DRAFT: refuse('NOT_SENT', 'the quote is a draft; change it instead'),
    SENT: to('SENT'),
    EXPIRED: to('SENT'),
    ACCEPTED: refuse('ACCEPTED', 'the quote is accepted, so its expiry date cannot be changed'),
    DECLINED: to('DECLINED'),
    INVOICED,
  },
  ACCEPT: { DRAFT: NOT_SENT, SENT: to('ACCEPTED'), EXPIRED, ACCEPTED, DECLINED: to('ACCEPTED'), INVOICED },
  DECLINE: {
    DRAFT: NOT_SENT,
    SENT: to('DECLINED'),
    EXPIRED: to('DECLINED'),
    ACCEPTED: to('DECLINED'),
    DECLINED,
    INVOICED,
  },
  CONVERT: {
    DRAFT: NOT_SENT,
    SENT: NOT_ACCEPTED,
    EXPIRED: NOT_ACCEPTED,
    ACCEPTED: to('INVOICED'),
    DECLINED: NOT_ACCEPTED,
    INVOICED,
  },
};

/** The only field that may change after sending. */
const EXPIRE_DATE = 'expireDate';

/** What an action leads to: a state, or `DELETED` when the quote is gone. */
export type NextQuoteState<Action extends QuoteAction> = Action extends 'DELETE' ? 'DELETED' : QuoteState;

/** The state as it is shown on the day `today`. */
export function shownQuoteState(quote: QuoteSituation): ShownQuoteState {
  return quote.state === 'SENT' && hasExpired(quote) ? 'EXPIRED' : quote.state;
}

/**
 * The state an action leads to, `DELETED` when the quote is gone after it. Throws QUOTE_STATE (metadata `state`, `action`
 * and `cause`, an {@link UnavailableQuoteReason}) when the quote does not allow the action.
 */
export function transitionQuote<Action extends QuoteAction>(
  action: Action,
  quote: QuoteSituation,
): NextQuoteState<Action> {
  const outcome = decide(action, quote);
  if ('next' in outcome) return outcome.next as NextQuoteState<Action>; // the table leads to DELETED only from DELETE
  throw violation(action, quote, outcome);
}

/** What may be done with the quote now, and what {@link transitionQuote} would refuse. */
export function quoteActionsOf(quote: QuoteSituation): Actions<QuoteAction, UnavailableQuoteReason> {
  return sortActions(QUOTE_ACTIONS, (action) => decide(action, quote));
}

/**
 * Checks that these fields (names as in JSON: `dueDays`, `expireDate`, `invoice`) may be changed now: all of a draft,
 * afterwards only the expiry date, as long as EXTEND allows it. Throws QUOTE_STATE naming the first field that may not.
 */
export function checkQuoteUpdate(quote: QuoteSituation, fields: readonly string[]): void {
  if (quote.state === 'DRAFT') return;
  const frozen = fields.find((name) => name !== EXPIRE_DATE);
  const [field, action] = frozen === undefined ? [EXPIRE_DATE, 'EXTEND' as const] : [frozen, 'UPDATE' as const];
  const outcome = decide(action, quote);
  if (fields.length > 0 && 'refusal' in outcome) throw violation(action, quote, outcome, field);
}

function violation(action: QuoteAction, quote: QuoteSituation, { refusal, reason }: Refusal, field?: string) {
  const metadata = { state: shownQuoteState(quote), action, cause: reason };
  return new RuleViolation('QUOTE_STATE', refusal, { field, metadata });
}

/** What the table says about the state, then whatever else about the quote forbids the action. */
function decide(action: QuoteAction, quote: QuoteSituation): Transition {
  const outcome = TRANSITIONS[action][shownQuoteState(quote)];
  if ('refusal' in outcome) return outcome;
  if (action === 'SEND' && quote.lineCount === 0) return EMPTY;
  // Drafts and declined quotes are not shown as EXPIRED when their expiry date has passed.
  return (action === 'SEND' || action === 'ACCEPT') && hasExpired(quote) ? EXPIRED : outcome;
}

/** Whether its last day has passed, whatever its state. */
export function hasExpired({ expireDate, today }: QuoteSituation): boolean {
  return expireDate !== null && expireDate < today;
}
