import { DomainError } from '../../../runtime/call/errors.ts';
import { postgresErrorOf } from '../../../runtime/database/postgres-error.ts';

const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Gives the rows of a statement that adds something to an account. The account may have been deleted while its
 * credentials were still cached somewhere; the foreign key to users then refuses the row.
 *
 * @throws DomainError UNAUTHENTICATED when the account is gone.
 */
export async function addToAccount<Rows>(statement: PromiseLike<Rows>): Promise<Rows> {
  try {
    return await statement;
  } catch (error) {
    if (postgresErrorOf(error)?.code === FOREIGN_KEY_VIOLATION) throw accountGone();
    throw error;
  }
}

/** The error for credentials of an account that has been deleted. */
export function accountGone(): DomainError {
  return new DomainError('unauthenticated', 'UNAUTHENTICATED', 'The account of these credentials no longer exists.');
}
