import type { Call } from '../../runtime/call.ts';
import { DomainError } from '../../runtime/errors.ts';
import type { Deps } from './deps.ts';
import { INVOICE_SERIES_DEFAULT } from './draft-content.ts';
import { todayOf } from './own-invoice.ts';
import type { SeriesRow } from './store/read-number-series.ts';

/**
 * The caller's number series of this name.
 *
 * @throws DomainError NUMBER_SERIES_NOT_FOUND.
 */
export async function getOwnSeries(deps: Deps, call: Call, name: string): Promise<SeriesRow> {
  const row = await deps.store.getNumberSeries(call.user.userId, name, todayOf(deps, call));
  if (row !== undefined) return row;
  throw new DomainError('missing', 'NUMBER_SERIES_NOT_FOUND', 'There is no number series of this name.');
}

/**
 * Checks that the caller has a number series of this name for invoices. The one that all have needs no look.
 *
 * @throws DomainError NUMBER_SERIES_NOT_FOUND naming the field of the request.
 */
export async function requireSeries(deps: Deps, call: Call, name: string): Promise<void> {
  if (name === '' || name === INVOICE_SERIES_DEFAULT) return;
  const row = await deps.store.getNumberSeries(call.user.userId, name, todayOf(deps, call));
  if (row?.documentType === 'INVOICE') return;
  throw new DomainError('missing', 'NUMBER_SERIES_NOT_FOUND', 'There is no number series of this name for invoices.', {
    violations: [{ field: 'invoice.number_series', description: 'must be the name of a number series for invoices' }],
  });
}
