/**
 * Why a rule of reminding refuses something; the names are those of `numer.errors.v1.ErrorReason` and never change their
 * meaning.
 */
export type RuleReason = 'INVOICE_STATE' | 'REMINDER_IN_PAST';

/**
 * A rule of reminding was broken by what the caller asked for. Thrown by the functions of this folder only; the message
 * is written for the person who called the API.
 */
export class RuleViolation extends Error {
  override readonly name = 'RuleViolation';
  readonly reason: RuleReason;
  /** Facts a program can act on, e.g. the state of the invoice. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor(reason: RuleReason, message: string, metadata: Readonly<Record<string, string>> = {}) {
    super(message);
    this.reason = reason;
    this.metadata = metadata;
  }
}
