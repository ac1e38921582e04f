import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import { DEFAULT_SERIES, findRival } from '../domain/number-series.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import type { SeriesRow } from '../store/read-number-series.ts';
import { givenByOther } from './recorded-numbers.ts';

/** Most series that an account may add to those that it has from the start. */
export const SERIES_MAX = 100;

/** All number series of the caller, by name. */
export function listOwnSeries(deps: Deps, call: Call): Promise<SeriesRow[]> {
  const limit = SERIES_MAX + Object.keys(DEFAULT_SERIES).length;
  return deps.store.listNumberSeries({ ownerId: call.user.userId, afterName: '', day: todayOf(deps, call), limit });
}

/**
 * Checks that no other series of the caller gives the same numbers as this one: when both came to one number, nothing
 * could be opened in one of them any more.
 *
 * @throws DomainError NUMBER_RESERVED naming the other series.
 */
export function refuseRival(deps: Deps, call: Call, series: SeriesRow, own: readonly SeriesRow[]): void {
  const rival = findRival(series, own, todayOf(deps, call));
  if (rival !== undefined) throw givenByOther(rival.name);
}

/**
 * The caller's number series of this name.
 *
 * @throws DomainError NUMBER_SERIES_NOT_FOUND.
 */
export async function getOwnSeries(deps: Deps, call: Call, name: string): Promise<SeriesRow> {
  const row = await deps.store.getNumberSeries(call.user.userId, name, todayOf(deps, call));
  if (row !== undefined) return row;
  throw new DomainError('missing', 'NUMBER_SERIES_NOT_FOUND', 'There is no number series with this name.');
}

/**
 * Checks that the caller has a number series of this name for this kind of document. `resource` is the name of the
 * series that every account has for them, which need not be looked up. `field` is where the request names the series.
 *
 * @throws DomainError NUMBER_SERIES_NOT_FOUND naming the field of the request.
 */
export async function requireSeries(
  deps: Deps,
  call: Call,
  name: string,
  resource: keyof typeof DEFAULT_SERIES = 'invoice',
  field = `${resource}.number_series`,
): Promise<void> {
  if (name === '' || name === resource) return;
  const row = await deps.store.getNumberSeries(call.user.userId, name, todayOf(deps, call));
  if (row?.documentType === DEFAULT_SERIES[resource].documentType) return;
  const documents = `${resource.replace('-', ' ')}s`;
  const description = `must be the name of a number series for ${documents}`;
  const text = `There is no number series with this name for ${documents}.`;
  throw new DomainError('missing', 'NUMBER_SERIES_NOT_FOUND', text, {
    violations: [{ field, description }],
  });
}
