import { invalidField } from '../../../runtime/call/errors.ts';
import { checkDate } from '../domain/dates.ts';
import { applyRules } from '../rule-errors.ts';

/**
 * The day on which money changed hands: `text`, the value of the request's `field` (in proto names), or `today` when it
 * is empty.
 *
 * @throws DomainError INVALID_ARGUMENT when there is no such day, or it is in the future.
 */
export function paymentDateOf(text: string, field: string, today: string): string {
  if (text === '') return today;
  applyRules('', () => checkDate(text, field));
  if (text > today) throw invalidField(field, 'must not be in the future');
  return text;
}
