/** Why a mail is sent, named as in the contract. */
export type Kind =
  | 'INVOICE_SENT'
  | 'REMINDER'
  | 'PAYMENT_RECEIVED'
  | 'QUOTE_SENT'
  | 'CREDIT_NOTE_ISSUED'
  | RetractionKind;

/** Why an account holder is mailed. Such mails come from the system itself, not from a seller. */
export type AccountMailKind = 'PASSWORD_RESET' | 'PASSWORD_CHANGED' | 'EMAIL_CHANGED' | AccountNoticeKind;

/** An event that the account holder may have to act on. */
export type AccountNoticeKind = AnswerKind | UndeliveredKind;

/** How a customer answered a quote on its page. */
export type AnswerKind = 'QUOTE_ACCEPTED' | 'QUOTE_DECLINED';

/** How a mail to a customer turned out to be undeliverable. */
export type UndeliveredKind = 'MAIL_FAILED' | 'MAIL_BOUNCED';

/** Why a mail takes back what an earlier one said. */
export type RetractionKind = 'INVOICE_VOIDED' | 'PAYMENT_REVERSED';

/** The result of an attempt to send a mail. The reasons are shown to the user. */
export type Outcome =
  /** The mail server took it. */
  | { readonly kind: 'accepted' }
  /** The mail server will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The mail server did not take this mail now. */
  | { readonly kind: 'deferred'; readonly reason: string }
  /** The mail server takes no mail at all now, so this one was not judged. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The mail was handed over, but the answer never arrived. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** What becomes of a mail after an attempt. */
export type Next =
  | { readonly state: 'SENT' }
  | { readonly state: 'FAILED'; readonly error: string }
  | { readonly state: 'QUEUED'; readonly error: string; readonly nextAttemptTime: Date };

/** A mail that was claimed for an attempt. */
export interface Attempt {
  readonly kind: Kind | AccountMailKind;
  /** When the mail was queued. */
  readonly createTime: Date;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

const HOUR_MS = 3_600_000;

/** How long a reminder may go out after it was decided on: it says "in 3 days". */
export const REMINDER_MS = 12 * HOUR_MS;

/** How long a mail is tried: as long as mail servers try (RFC 5321, 4.5.4.1), except for a reminder, and for a token, which expires. */
const TRY_MS: Readonly<Record<Kind | AccountMailKind, number>> = {
  INVOICE_SENT: 120 * HOUR_MS,
  REMINDER: REMINDER_MS,
  PAYMENT_RECEIVED: 120 * HOUR_MS,
  QUOTE_SENT: 120 * HOUR_MS,
  CREDIT_NOTE_ISSUED: 120 * HOUR_MS,
  INVOICE_VOIDED: 120 * HOUR_MS,
  PAYMENT_REVERSED: 120 * HOUR_MS,
  PASSWORD_RESET: HOUR_MS,
  PASSWORD_CHANGED: 120 * HOUR_MS,
  EMAIL_CHANGED: 120 * HOUR_MS,
  QUOTE_ACCEPTED: 120 * HOUR_MS,
  QUOTE_DECLINED: 120 * HOUR_MS,
  MAIL_FAILED: 120 * HOUR_MS,
  MAIL_BOUNCED: 120 * HOUR_MS,
};

const FIRST_RETRY_MS = 30_000;
/** The longest pause between attempts; short enough for mail to go out soon after an outage. */
const RETRY_MS_MAX = HOUR_MS / 4;

/** Decides what becomes of a mail after an attempt that ended at `now`. */
export function decideNext(attempt: Attempt, outcome: Outcome, now: Date): Next {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'SENT' };
    case 'refused':
      return { state: 'FAILED', error: outcome.reason };
    case 'unknown':
      // A second reminder is worse than none; a second invoice, receipt or quote has the Message-ID of the first.
      if (attempt.kind === 'REMINDER') return { state: 'FAILED', error: outcome.reason };
      return tryAgain(attempt, outcome.reason, now);
    case 'deferred':
    case 'unreachable':
      return tryAgain(attempt, outcome.reason, now);
  }
}

function tryAgain(attempt: Attempt, error: string, now: Date): Next {
  const pauseMs = Math.min(RETRY_MS_MAX, FIRST_RETRY_MS * 2 ** Math.min(attempt.attempts - 1, 20));
  const nextAttemptTime = new Date(now.getTime() + pauseMs);
  if (isTooOld(attempt, nextAttemptTime)) return { state: 'FAILED', error };
  return { state: 'QUEUED', error, nextAttemptTime };
}

/**
 * Whether what a mail says no longer holds at `now`, so that it must not go out even if it never could before: a reminder
 * counts days, and an offer may end.
 */
export function isOutdated(attempt: Attempt & { readonly expireTime: Date | null }, now: Date): boolean {
  if (attempt.expireTime !== null && now >= attempt.expireTime) return true;
  return attempt.kind === 'REMINDER' && isTooOld(attempt, now);
}

function isTooOld({ kind, createTime }: Attempt, now: Date): boolean {
  return now.getTime() - createTime.getTime() > TRY_MS[kind];
}
