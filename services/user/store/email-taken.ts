import { DomainError } from '../../../runtime/call/errors.ts';
import { violatesUnique } from '../../../runtime/database/postgres-error.ts';
import { EMAIL_CONSTRAINT } from './schema.ts';

/**
 * Gives the rows of a statement that writes an email address. `field` is where the request has the address.
 *
 * @throws DomainError EMAIL_TAKEN when another account has it.
 */
export async function claimEmail<Rows>(statement: PromiseLike<Rows>, field: string): Promise<Rows> {
  try {
    return await statement;
  } catch (error) {
    if (!violatesUnique(error, EMAIL_CONSTRAINT)) throw error;
    throw new DomainError('exists', 'EMAIL_TAKEN', 'An account with this email address already exists.', {
      violations: [{ field, description: 'belongs to an existing account' }],
    });
  }
}
