import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import { DEFAULT_SERIES } from '../domain/number-series.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import type { SeriesRow } from '../store/read-number-series.ts';

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
