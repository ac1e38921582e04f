import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/**
 * The caller's quote with this id.
 *
 * @throws DomainError QUOTE_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function getOwnQuote(deps: Deps, call: Call, quoteId: string): Promise<QuoteRow> {
  const row = await deps.store.getQuote(call.user.userId, quoteId);
  if (row === undefined) throw new DomainError('missing', 'QUOTE_NOT_FOUND', 'There is no quote with this id.');
  return row;
}
