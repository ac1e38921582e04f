import { checkRange } from '../date-range.ts';

/** First and last day as a request gives them; empty when it does not. */
interface GivenDays {
  readonly fromDate: string;
  readonly toDate: string;
}

/**
 * The days that are given; undefined for those that are not. `path` is that of the message they are in, e.g. `filter.`.
 *
 * @throws DomainError as {@link checkRange} does.
 */
export function daysOf({ fromDate, toDate }: GivenDays, path?: string) {
  checkRange({ field: 'from_date', day: fromDate }, { field: 'to_date', day: toDate }, path);
  return { fromDate: fromDate || undefined, toDate: toDate || undefined };
}
