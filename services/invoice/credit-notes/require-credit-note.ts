import { DomainError } from '../../../runtime/call/errors.ts';

/**
 * The credit note that was read, if there was one.
 *
 * @throws DomainError CREDIT_NOTE_NOT_FOUND.
 */
export function requireCreditNote<Row>(row: Row | undefined): Row {
  if (row !== undefined) return row;
  throw new DomainError('missing', 'CREDIT_NOTE_NOT_FOUND', 'There is no credit note with this id.');
}
