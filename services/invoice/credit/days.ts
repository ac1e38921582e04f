import { invalidField } from '../../../runtime/call/errors.ts';
import { checkDate } from '../domain/dates.ts';
import { applyRules } from '../rule-errors.ts';

/** First and last day as a request gives them; empty when it does not. */
interface GivenDays {
  readonly fromDate: string;
  readonly toDate: string;
}

/**
 * The days that are given; undefined for those that are not. `prefix` is the path of the message that has them within
 * the request, e.g. `filter.`.
 *
 * @throws DomainError INVALID_ARGUMENT when one does not exist, or the last is before the first
 */
export function daysOf({ fromDate, toDate }: GivenDays, prefix = '') {
  if (fromDate !== '') applyRules(prefix, () => checkDate(fromDate, 'fromDate'));
  if (toDate !== '') applyRules(prefix, () => checkDate(toDate, 'toDate'));
  if (fromDate !== '' && toDate !== '' && toDate < fromDate) {
    throw invalidField(`${prefix}to_date`, 'must not be before from_date');
  }
  return { fromDate: fromDate || undefined, toDate: toDate || undefined };
}
