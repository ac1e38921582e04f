/**
 * Why a rule of invoicing refuses something. The names are those of `numer.errors.v1.ErrorReason`, so that the rpc layer
 * passes them on unchanged; they never change their meaning.
 */
export type RuleReason =
  | 'INVALID_ARGUMENT'
  | 'AMOUNT_TOO_LARGE'
  | 'NEGATIVE_TOTAL'
  | 'INVOICE_STATE'
  | 'INVOICE_EMPTY'
  | 'INVOICE_HAS_PAYMENTS'
  | 'INVOICE_HAS_WRITE_OFFS'
  | 'INVOICE_HAS_CREDIT_NOTES'
  | 'OVERPAYMENT'
  | 'INSUFFICIENT_CREDIT'
  | 'PAYMENT_REVERSED'
  | 'QUOTE_STATE'
  | 'CREDIT_EXCEEDS_REMAINING';

/** What a violation can say beyond its message. */
export type RuleViolationDetails = {
  /** Path of the field at fault in the JSON of the request, e.g. `lines[0].quantity`. */
  readonly field?: string | undefined;
  /** Facts a program can act on, e.g. `dueMinor`. */
  readonly metadata?: Readonly<Record<string, string>>;
};

/**
 * A rule of invoicing was broken by what the caller asked for. Thrown by the functions of this folder only; the message
 * is written for the person who called the API.
 */
export class RuleViolation extends Error {
  override readonly name = 'RuleViolation';
  readonly reason: RuleReason;
  readonly field: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(reason: RuleReason, message: string, details: RuleViolationDetails = {}) {
    super(message);
    this.reason = reason;
    this.field = details.field;
    this.metadata = details.metadata ?? {};
  }
}

/** The violation of a field that is wrong by itself; `problem` says what it must be: `must be at most 100`. */
export function invalid(field: string, problem: string): RuleViolation {
  return new RuleViolation('INVALID_ARGUMENT', `${field} ${problem}`, { field });
}
