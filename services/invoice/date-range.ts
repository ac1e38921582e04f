import { invalidField } from '../../runtime/call/errors.ts';
import { checkDate } from './domain/dates.ts';
import { applyRules } from './rule-errors.ts';
import type { Range } from './store/invoice-filters.ts';

/** The first day that there is. */
export const FIRST_DAY = '0001-01-01';
/** The last day that there is. */
export const LAST_DAY = '9999-12-31';

/** A day as a request gives it, `YYYY-MM-DD` or empty, with the name of its field. */
interface GivenDay {
  readonly field: string;
  readonly day: string;
}

/**
 * Checks the first and the last day of a range. `path` is that of the message they are in, e.g. `filter.`.
 *
 * @throws DomainError INVALID_ARGUMENT naming a date that does not exist, or a last day before the first.
 */
export function checkRange(first: GivenDay, last: GivenDay, path = ''): void {
  applyRules(path, () => {
    for (const { field, day } of [first, last]) if (day !== '') checkDate(day, field);
  });
  if (first.day === '' || last.day === '' || last.day >= first.day) return;
  throw invalidField(`${path}${last.field}`, `must not be before ${first.field}`);
}

/**
 * The days that a list is asked for by the fields `<name>_from` and `<name>_to`; undefined when both are empty.
 *
 * @throws DomainError as {@link checkRange} does.
 */
export function dateRange(
  name: string,
  { from, to, path }: { readonly from: string; readonly to: string; readonly path?: string },
): Range<string> | undefined {
  checkRange({ field: `${name}_from`, day: from }, { field: `${name}_to`, day: to }, path);
  if (from === '' && to === '') return undefined;
  return { from: from === '' ? FIRST_DAY : from, to: to === '' ? LAST_DAY : to };
}
