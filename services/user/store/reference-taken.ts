import { DomainError } from '../../../runtime/call/errors.ts';
import { violatesUnique } from '../../../runtime/database/postgres-error.ts';
import { REFERENCE_CONSTRAINT } from './schema.ts';

/**
 * Gives the rows of a statement that writes the reference of a customer.
 *
 * @throws DomainError CUSTOMER_REFERENCE_TAKEN when another customer of the owner has it.
 */
export async function claimReference<Rows>(statement: PromiseLike<Rows>): Promise<Rows> {
  try {
    return await statement;
  } catch (error) {
    if (!violatesUnique(error, REFERENCE_CONSTRAINT)) throw error;
    throw new DomainError('exists', 'CUSTOMER_REFERENCE_TAKEN', 'Another customer has this reference.', {
      violations: [{ field: 'customer.reference', description: 'must not be the reference of another customer' }],
    });
  }
}
