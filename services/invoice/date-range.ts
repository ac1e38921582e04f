import { checkDate } from './domain/dates.ts';
import { applyRules } from './rule-errors.ts';
import type { Range } from './store/invoice-filters.ts';

/** The first day that there is. */
export const FIRST_DAY = '0001-01-01';
/** The last day that there is. */
export const LAST_DAY = '9999-12-31';

/**
 * The days that a list is asked for by the parameters `<field>_from` and `<field>_to`, each `YYYY-MM-DD` or empty; undefined
 * when both are empty.
 *
 * @throws DomainError INVALID_ARGUMENT naming a date that does not exist.
 */
export function dateRange(field: string, from: string, to: string): Range<string> | undefined {
  applyRules('', () => {
    if (from !== '') checkDate(from, `${field}_from`);
    if (to !== '') checkDate(to, `${field}_to`);
  });
  if (from === '' && to === '') return undefined;
  return { from: from === '' ? FIRST_DAY : from, to: to === '' ? LAST_DAY : to };
}
