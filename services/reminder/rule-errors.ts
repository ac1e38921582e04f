import { DomainError } from '../../runtime/call/errors.ts';
import { RuleViolation } from './domain/rule-violation.ts';

/**
 * Runs rules of the domain about a field of the request and gives what they give.
 *
 * @throws DomainError with the reason of the rule that is broken
 */
export function applyRules<T>(field: string, rules: () => T): T {
  try {
    return rules();
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    const { reason, message, metadata } = error;
    const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    if (reason === 'INVOICE_STATE') throw new DomainError('state', reason, text, { metadata });
    throw new DomainError('invalid', reason, text, { violations: [{ field, description: message }] });
  }
}
