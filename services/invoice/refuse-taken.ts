import { DomainError } from '../../runtime/call/errors.ts';
import { violatesUnique } from '../../runtime/database/postgres-error.ts';

/**
 * Gives the result of a statement that numbers a document. `constraint` is the one that it breaks when another document
 * has the number.
 *
 * @throws DomainError NUMBER_TAKEN.
 */
export async function refuseTaken<T>(constraint: string, numbering: Promise<T>): Promise<T> {
  try {
    return await numbering;
  } catch (error) {
    if (!violatesUnique(error, constraint)) throw error;
    throw new DomainError(
      'state',
      'NUMBER_TAKEN',
      'The next number of the series belongs to another document; change the pattern of the series or raise its next sequence.',
    );
  }
}
