import { invalidField } from '../../runtime/call/errors.ts';
import { checkDate } from './domain/dates.ts';
import { applyRules } from './rule-errors.ts';
import type { Range } from './store/invoice-filters.ts';

/** The first day that there is. */
export const FIRST_DAY = '0001-01-01';
/** The last day that there is. */
export const LAST_DAY = '9999-12-31';

/**
 * The days that a list is asked for by the fields `<name>_from` and `<name>_to`, each `YYYY-MM-DD` or empty; undefined when both
 * are empty. `path` is that of the message they are in, e.g. `filter.`.
 *
 * @throws DomainError INVALID_ARGUMENT naming a date that does not exist, or a last day before the first.
 */
export function dateRange(
  name: string,
  { from, to, path = '' }: { readonly from: string; readonly to: string; readonly path?: string },
): Range<string> | undefined {
  applyRules(path, () => {
    if (from !== '') checkDate(from, `${name}_from`);
    if (to !== '') checkDate(to, `${name}_to`);
  });
  if (from === '' && to === '') return undefined;
  const range = { from: from === '' ? FIRST_DAY : from, to: to === '' ? LAST_DAY : to };
  if (range.to < range.from) throw invalidField(`${path}${name}_to`, `must not be before ${name}_from`);
  return range;
}
