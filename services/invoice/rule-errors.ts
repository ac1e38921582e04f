import { DomainError, type ErrorKind } from '../../runtime/call/errors.ts';
import { type RuleReason, RuleViolation } from './domain/rule-violation.ts';

const KINDS: Readonly<Record<RuleReason, ErrorKind>> = {
  INVALID_ARGUMENT: 'invalid',
  AMOUNT_TOO_LARGE: 'invalid',
  NEGATIVE_TOTAL: 'invalid',
  INVOICE_STATE: 'state',
  INVOICE_EMPTY: 'state',
  INVOICE_HAS_PAYMENTS: 'state',
  INVOICE_HAS_WRITE_OFFS: 'state',
  INVOICE_HAS_CREDIT_NOTES: 'state',
  CREDIT_EXCEEDS_REMAINING: 'state',
  OVERPAYMENT: 'state',
  INSUFFICIENT_CREDIT: 'state',
  PAYMENT_REVERSED: 'state',
  QUOTE_STATE: 'state',
};

/**
 * Runs rules of the domain and gives their result. A broken rule becomes the error that the caller sees; `prefix` is
 * the path of the resource within the request, e.g. `invoice.`, for the field at fault.
 *
 * @throws DomainError with the rule's reason.
 */
export function applyRules<T>(prefix: string, rules: () => T): T {
  try {
    return rules();
  } catch (error) {
    if (error instanceof RuleViolation) throw toDomainError(error, prefix);
    throw error;
  }
}

function toDomainError({ reason, message, field, metadata }: RuleViolation, prefix: string): DomainError {
  if (field === undefined) return new DomainError(KINDS[reason], reason, toSentence(message), { metadata });
  const path = prefix + toProtoPath(field);
  const description = message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
  const text = description === message ? toSentence(message) : `${path} ${description}`;
  return new DomainError(KINDS[reason], reason, text, { metadata, violations: [{ field: path, description }] });
}

/** `lines[0].unitPrice` -> `lines[0].unit_price` */
function toProtoPath(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toSentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
